import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/store/database.ts';
import { toDatabaseFault } from '../../src/store/database-fault.ts';
import { openHome } from '../../src/store/home.ts';
import { describeFault } from '../../src/store/system-fault.ts';
import { addressOf, databaseKinds, useDatabases } from '../support/databases.ts';
import { faultOf } from '../support/fault.ts';
import { useFolder } from '../support/folder.ts';

const files = useFolder();
const databases = useDatabases(files);
const openAt = (url: string) => faultOf(() => openDatabase({ url, home: files.path }));

describe('a database that cannot be opened', () => {
  it.each([
    ['postgresql://vigil:secret@no-such-host.invalid/vigil', /no host no-such-host\.invalid/, /找不到主机/],
    ['postgresql://vigil:secret@127.0.0.1:1/vigil', /nothing answers at 127\.0\.0\.1:1;/, /无法连接/],
    ['postgresql://vigil:secret@localhost/vigil?host=/no/folder', /nothing answers at \/no\/folder/, /无法连接/],
    ['postgresql://vigil:secret@127.0.0.1:port/vigil', /not well formed/, /不是合法的地址/],
  ])('is said plainly for %s, without the password', async (url, en, zh) => {
    const fault = await openAt(url);
    expect(fault).toMatchObject({ code: 'database_unavailable', kind: 'unavailable' });
    expect(fault.detail('en')).toMatch(en);
    expect(fault.detail('zh')).toMatch(zh);
    expect(fault.detail('en') + fault.detail('zh')).not.toContain('secret');
  });

  it.runIf(databaseKinds.includes('postgresql'))(
    'is told apart by the server: no such database, no such user',
    async () => {
      const url = addressOf('vigil_test_none');
      expect((await openAt(url)).detail('en')).toMatch(/no database vigil_test_none; make it with createdb/);
      const stranger = new URL(url);
      stranger.username = 'vigil_test_nobody';
      expect((await openAt(stranger.href)).detail('en')).toMatch(/user vigil_test_nobody/);
    },
  );

  it.each([
    ['28P01', /password of user ann is wrong/],
    ['3D000', /no database books/],
    ['42501', /GRANT/],
    ['25006', /read-only/],
    ['53100', /disk is full/],
    ['53300', /too many connections/],
    ['57P03', /starting or stopping/],
  ])('is said by the code of PostgreSQL %s, also as Prisma wraps it', async (code, en) => {
    const address = { host: 'h', port: 5432, user: 'ann', database: 'books' };
    const driver = Object.assign(new Error('raw'), { code });
    const wrapped = Object.assign(new Error('P'), { meta: { driverAdapterError: { cause: { originalCode: code } } } });
    for (const cause of [driver, wrapped, new AggregateError([driver])]) {
      expect((await faultOf(() => Promise.reject(toDatabaseFault(cause, address)))).detail('en')).toMatch(en);
    }
    const ours = Object.assign(new Error('syntax'), { code: '42601' });
    expect(toDatabaseFault(ours, address)).toBe(ours);
  });
});

describe.each(databaseKinds)('a database on %s', (kind) => {
  it('that was written by newer code is refused by name', async () => {
    const settings = await databases.settings(kind);
    const database = await openDatabase(settings);
    await database.pool.query(
      `INSERT INTO "_prisma_migrations" (id, checksum, migration_name) VALUES ('x', 'x', '20991231000000_future')`,
    );
    await database.close();
    const fault = await faultOf(() => openDatabase(settings));
    expect(fault).toMatchObject({ code: 'database_newer', kind: 'refused' });
    expect(fault.detail('en')).toContain('20991231000000_future');
  });
});

describe('a home that cannot be used', () => {
  it('is named with what to do', async () => {
    const file = files.write('file', '');
    const long = join(files.path, 'x'.repeat(120));
    for (const [home, en] of [
      [file, /a part of its path is no folder|in the way/],
      [join(file, 'below'), /a part of its path is no folder/],
      ['/proc/vigil/home', /there is no such file or folder/],
      [long, /too long for a socket; name a shorter one in VIGIL_HOME/],
    ] as const) {
      const fault = await faultOf(() => openHome(home));
      expect(fault).toMatchObject({ code: 'home_unusable' });
      expect(fault.detail('en')).toMatch(en);
    }
  });

  it('is said to be damaged where its database does not open', async () => {
    const home = files.folder();
    mkdirSync(join(home, 'pg'));
    writeFileSync(join(home, 'pg', 'PG_VERSION'), '9');
    const fault = await faultOf(() => openHome(home));
    expect(fault.detail('en')).toMatch(/may be damaged; restore a backup into a new VIGIL_HOME/);
  });

  it.runIf(process.getuid?.() !== 0)('is said to be closed to us where it may not be written', async () => {
    const home = files.folder();
    chmodSync(home, 0o500);
    expect((await faultOf(() => openHome(join(home, 'new')))).detail('en')).toMatch(/permission denied/);
  });

  it.each(['ENOSPC', 'EROFS', 'EACCES', 'EDQUOT', 'EIO'])('has words for %s in both languages', (code) => {
    const { zh, en } = describeFault(Object.assign(new Error('x'), { code }));
    expect(zh).toMatch(/\p{Script=Han}/u);
    expect(en).toMatch(/^[a-z ;-]+$/);
  });
});
