import type { ArtifactRef } from '../domain/model.ts';
import type { RegistryEvent } from '../domain/registry.ts';
import type { Text } from '../domain/text.ts';
import { isBlocking } from './gates.ts';
import { foldPromotions, foldRegistry, isNamed, isSamePerson, type RegisteredModel } from './registry.ts';

/** Who does something to a model: the name of an API key, or a label of local work that vouches for nothing. */
export interface Actor {
  readonly name: string;
  readonly isAuthenticated: boolean;
}

/** What is said to somebody who may not vouch for what lies before them. */
export interface VouchingWords {
  /** They brought it in themselves. */
  readonly own: Text;
  /** Nobody with a name brought it in. */
  readonly unnamed: Text;
}

const ofModels: VouchingWords = {
  own: {
    zh: '模型由其本人登记，须由另一人批准',
    en: 'they registered it themselves; it takes a second person',
  },
  unnamed: {
    zh: '它只是在目录中被发现，或登记时未具名，还没有人对它负责；须先由另一人登记（vigil register）',
    en: 'it was only found in a folder, or registered under no name, so nobody answers for it yet; somebody else has to register it first (vigil register)',
  },
};

/** Why somebody cannot approve a model, waive one of its gates or approve an adjustment; null where nothing is in the way. */
export const findVouchingFault = (
  { registrants }: Pick<RegisteredModel, 'registrants'>,
  { name, isAuthenticated }: Actor,
  { own, unnamed }: VouchingWords = ofModels,
): Text | null => {
  if (!isAuthenticated) {
    return {
      zh: '本地操作没有经过身份验证；请用自己的密钥（VIGIL_API_KEY）向设有 VIGIL_API_KEYS 的服务提出（--url）',
      en: 'local work is not authenticated; ask a service that has VIGIL_API_KEYS (--url), with your own key in VIGIL_API_KEY',
    };
  }
  if (registrants.some((registrant) => isSamePerson(registrant, name))) return own;
  return registrants.some(isNamed) ? null : unnamed;
};

const notApproved: Text = {
  zh: '尚未由登记人以外的人批准（vigil approve）',
  en: 'nobody but who registered it has approved it as it is now (vigil approve)',
};

/** Everything that keeps a model from being promoted: gates that are not passed nor waived, and a missing approval. */
export const listPromotionFaults = ({ gates, approvals }: RegisteredModel): Text[] => [
  ...gates.filter(isBlocking).map(({ name, verdict, message }): Text => {
    const isFailed = verdict === 'failed';
    return {
      zh: `关卡 ${name} ${isFailed ? '未通过' : '证据不足'}：${message.zh}`,
      en: `gate ${name} ${isFailed ? 'failed' : 'has insufficient evidence'}: ${message.en}`,
    };
  }),
  ...(approvals.length > 0 ? [] : [notApproved]),
];

/** What a promotion rests on, for the log. */
export const describeEvidence = ({ approvals, gates }: RegisteredModel): string => {
  const waived = gates.flatMap(({ name, waiver }) => (waiver ? [`${name} by ${waiver.actor}`] : []));
  const parts = [
    approvals.length > 0 ? `approved by ${approvals.map(({ actor }) => actor).join(', ')}` : '',
    waived.length > 0 ? `waived: ${waived.join(', ')}` : '',
  ];
  return parts.filter((part) => part !== '').join('; ');
};

/** The version of a name that a rollback goes back to; null where none decided before. */
export const findPrevious = (events: readonly RegistryEvent[], name: string): ArtifactRef | null => {
  const previous = foldPromotions(events).get(name)?.before.at(-1);
  return foldRegistry(events).find(({ ref }) => ref.fingerprint === previous)?.ref ?? null;
};
