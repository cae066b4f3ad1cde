import type { Text } from '../domain/text.ts';

/** Everything that can be wrong with what is kept, in words. */
export const problems = {
  missing: { zh: '这条记录缺失', en: 'the record is missing' },
  text_changed: { zh: '记录的内容与其摘要不符，内容被改动', en: 'its text is not the one that was digested' },
  hash_changed: {
    zh: '记录的哈希与前面的记录不相连，哈希或前面的记录被改动',
    en: 'its hash does not follow from the records before it',
  },
  columns_changed: {
    zh: '记录的索引列（类型、决策编号或客户代号）与内容不符',
    en: 'its kind, decision id or customer reference is not that of its text',
  },
  section_changed: {
    zh: '个人信息部分与记录中的摘要不符，个人信息被改动',
    en: 'a section of its personal part is not the one that was digested',
  },
  section_missing: {
    zh: '个人信息部分缺失，但链上没有相应的删除记录',
    en: 'a section of its personal part is gone, and no erasure on the chain says so',
  },
  tail_cut: {
    zh: '链在此之后被截断：已签名的检查点覆盖了后面的记录',
    en: 'the chain was cut here: a signed checkpoint covers records from this one on',
  },
  checkpoint_gap: {
    zh: '到此为止的检查点没有接上前一个检查点，或覆盖的记录过多',
    en: 'the checkpoint that ends here does not begin where the one before ended, or covers too many records',
  },
  checkpoint_head: {
    zh: '链的哈希与到此为止的检查点所签的不同，链被改写',
    en: 'the hash of the chain is not the one that the checkpoint here was signed over; the chain was rewritten',
  },
  checkpoint_root: {
    zh: '到此为止的检查点所签的默克尔根与其记录不符',
    en: 'the Merkle root of the checkpoint that ends here is not that of its records',
  },
  checkpoint_signature: {
    zh: '到此为止的检查点的签名与其内容不符',
    en: 'the signature of the checkpoint that ends here does not fit its content',
  },
  checkpoint_key: {
    zh: '到此为止的检查点不是用指定的公钥签名的',
    en: 'the checkpoint that ends here was signed by another key than expected',
  },
  not_in_tree: {
    zh: '这条记录不在检查点的默克尔树中',
    en: 'the record is not in the Merkle tree of the checkpoint',
  },
} as const satisfies Record<string, Text>;

export type Problem = keyof typeof problems;
