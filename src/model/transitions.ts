import type { ArtifactRef } from '../domain/model.ts';
import type { RegistryEvent } from '../domain/registry.ts';
import type { Text } from '../domain/text.ts';
import { isBlocking } from './gates.ts';
import { foldPromotions, foldRegistry, isSamePerson, type RegisteredModel } from './registry.ts';

/** Who does something to a model: the name of an API key, or a label of local work that vouches for nothing. */
export interface Actor {
  readonly name: string;
  readonly isAuthenticated: boolean;
}

const ownModel: Text = {
  zh: '模型由其本人登记，须由另一人批准',
  en: 'they registered it themselves; it takes a second person',
};

/**
 * Why somebody cannot approve a model, waive one of its gates or approve an adjustment; null where nothing is in the way.
 * @param own what is said to who brought it in
 */
export const findVouchingFault = (
  { registrants }: Pick<RegisteredModel, 'registrants'>,
  { name, isAuthenticated }: Actor,
  own: Text = ownModel,
): Text | null => {
  if (!isAuthenticated) {
    return {
      zh: '本地操作没有经过身份验证；请用自己的密钥（VIGIL_API_KEY）向设有 VIGIL_API_KEYS 的服务提出（--url）',
      en: 'local work is not authenticated; ask a service that has VIGIL_API_KEYS (--url), with your own key in VIGIL_API_KEY',
    };
  }
  return registrants.some((registrant) => isSamePerson(registrant, name)) ? own : null;
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
