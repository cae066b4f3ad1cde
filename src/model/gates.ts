import type { RegistryEvent, ValidationSeen } from '../domain/registry.ts';
import type { Gate } from '../domain/validation.ts';

/** A gate and who waived it, if somebody did. */
export interface GateStanding extends Gate {
  readonly waiver: { readonly actor: string; readonly at: string; readonly reason: string } | null;
}

/** What stands for a validation that is not there: the absence of evidence is no pass. */
const noValidation: Gate = {
  name: 'validation',
  verdict: 'insufficient',
  value: null,
  limit: null,
  message: { zh: '模型旁没有 validation.json', en: 'there is no validation.json beside the model' },
};

/** The gates of a model: those of its validation, each with its waiver; one that is not there or names none is a gate itself. */
export const listGates = (
  validation: ValidationSeen | null,
  waivers: readonly RegistryEvent[],
): readonly GateStanding[] => {
  const gates = validation && validation.gates.length > 0 ? validation.gates : [noValidation];
  return gates.map((gate) => {
    const waived = waivers.findLast((each) => each.gate === gate.name);
    const { actor, at, reason } = waived ?? {};
    return { ...gate, waiver: actor && at && reason ? { actor, at, reason } : null };
  });
};

/** Whether a gate keeps its model from being promoted. */
export const isBlocking = ({ verdict, waiver }: GateStanding): boolean =>
  waiver === null && (verdict === 'failed' || verdict === 'insufficient');
