import type { Request, Response } from 'express';
import type { z } from 'zod';
import type { Operation, OperationName, operations, StreamName } from '../contract/operations.ts';
import type { Monitoring } from '../domain/monitoring.ts';
import type { Locale } from '../domain/text.ts';
import { approveAdjustment, proposeAdjustment, withdrawAdjustment } from '../usecases/adjust.ts';
import { concludeReview, showReview, toConcluding } from '../usecases/conclude-review.ts';
import { listChallengerScores, listDecisions, readWhole } from '../usecases/decisions.ts';
import {
  approveModel,
  promoteModel,
  registerModel,
  retireModel,
  rollBackModel,
  shadowModel,
  waiveGate,
} from '../usecases/desk.ts';
import { drawCurve } from '../usecases/hazard-curve.ts';
import { readHistory } from '../usecases/history.ts';
import { createShared } from '../usecases/memo.ts';
import { monitorModels } from '../usecases/monitor.ts';
import { listOutcomes, recordOutcomes } from '../usecases/outcomes.ts';
import { replayDecision } from '../usecases/replay.ts';
import { readToday, showReviews } from '../usecases/reviews.ts';
import { listServedHazards, openServedHazard } from '../usecases/served-hazard.ts';
import { describeFindings, describeSignal } from '../usecases/signal-answer.ts';
import { actOnSignal, listSignals, readSignal, readStanding, type SignalAct } from '../usecases/signals.ts';
import { showCustomer, showTimeline } from '../usecases/timeline.ts';
import type { Context } from './context.ts';
import { answerEvent, answerEvents } from './events.ts';
import { describeCurve, describeHazards } from './hazards.ts';
import { afterAnswer, answerPredict, idempotencyKeyOf, type PredictAnswers, renderStored } from './predict.ts';
import { hideFolders } from './problem.ts';
import { describeAdjustment, describeHistory, describeModel, describePolicy, listAdjustments } from './registry.ts';
import { describeReview, summariseReview } from './reviews.ts';
import type { ServiceParts } from './service.ts';

type Parsed<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;
type Part<Name extends OperationName, Key extends keyof Operation> =
  (typeof operations)[Name] extends Record<Key, infer Schema> ? Parsed<Schema> : undefined;

/** A request whose parts fit their schemas. */
export interface Call<Name extends OperationName> {
  readonly params: Part<Name, 'params'>;
  readonly query: Part<Name, 'query'>;
  readonly body: Part<Name, 'body'>;
  readonly locale: Locale;
  readonly principal: string;
  readonly context: Context;
  readonly req: Request;
  readonly res: Response;
}

type Answer<Name extends OperationName> = z.output<(typeof operations)[Name]['answer']>;

/** An endpoint of each operation that answers JSON. */
export type Endpoints = {
  readonly [Name in Exclude<OperationName, StreamName>]: (call: Call<Name>) => Promise<Answer<Name>>;
};

/** What each endpoint does: calls the use case and tells its answer. */
export const createEndpoints = (parts: ServiceParts): Endpoints => {
  const { database, live, desk, keys, modelFolders, now, timeZone, watcher, rescorer } = parts;
  /** It reads all that was decided, so one at a time does. */
  const shareMonitoring = createShared<Monitoring[]>();
  const hazards = { live, folders: modelFolders };
  const actOf = ({ principal, body }: { principal: string; body: { reason: string } }) => ({
    actor: { name: principal, isAuthenticated: keys.size > 0 },
    reason: body.reason,
    now,
  });
  /** What was done is followed here before it is answered; other instances follow within a second. */
  const answerStanding = async (place: { name: string; version: string }) => {
    await live.refresh();
    return describeModel(live, await live.read(place));
  };
  /** What decisions see of the customer follows at once. */
  const act = async (
    { params, principal, locale }: { params: { signalId: string }; principal: string; locale: Locale },
    act: SignalAct,
  ) => {
    const found = await actOnSignal(parts, { signalId: params.signalId, actor: principal, act });
    rescorer.take([found.customerId]);
    return describeSignal(found, locale);
  };
  const scopeOf = ({ req, principal, body }: Call<'predict' | 'predictBatch'>, operation: OperationName) => {
    const key = idempotencyKeyOf(req);
    return key === null ? null : { principal, operation, key, body };
  };
  return {
    async predict(call) {
      const { body, locale, res } = call;
      const given = await answerPredict(parts, {
        bodies: [body],
        locale,
        idempotency: scopeOf(call, 'predict'),
        onSent: afterAnswer(res),
      });
      markReplayed(res, given);
      return given.answers[0] as Answer<'predict'>;
    },
    async predictBatch(call) {
      const { body, locale, res } = call;
      const given = await answerPredict(parts, {
        bodies: body.requests,
        locale,
        idempotency: scopeOf(call, 'predictBatch'),
        placeOf: (index) => `requests.${index}`,
        onSent: afterAnswer(res),
      });
      markReplayed(res, given);
      return { answers: [...given.answers] };
    },
    async readDecision({ params, query, locale }) {
      const options = { locale: query.locale ?? locale, explain: query.explain };
      return renderStored(parts, await readWhole(database, params.id), options);
    },
    async listDecisions({ query, locale }) {
      const { customerId, limit, before } = query;
      const page = await listDecisions(database, {
        customerId,
        limit,
        before: before === undefined ? null : BigInt(before),
      });
      const options = { locale: query.locale ?? locale, explain: 'reasons' } as const;
      const decisions = await Promise.all(page.decisions.map((decision) => renderStored(parts, decision, options)));
      return { decisions, nextBefore: page.nextBefore === null ? null : String(page.nextBefore) };
    },
    async replayDecision({ params }) {
      const replayed = await replayDecision(database, params.id, live.planOf);
      return { outcome: replayed.outcome, fields: replayed.outcome === 'different' ? [...replayed.fields] : [] };
    },
    async listChallengerScores({ params }) {
      return { scores: await listChallengerScores(database, params.id) };
    },
    async recordOutcomes({ body, principal }) {
      const recorded = await recordOutcomes(database, body.outcomes, {
        actor: principal,
        now: now(),
        timeZone,
        placeOf: (index) => `outcomes.${index}`,
      });
      return { outcomes: recorded };
    },
    async listOutcomes({ query: { customerId, limit, before } }) {
      const page = await listOutcomes(database, {
        customerId,
        limit,
        before: before === undefined ? null : BigInt(before),
      });
      return { outcomes: [...page.outcomes], nextBefore: page.nextBefore === null ? null : String(page.nextBefore) };
    },
    async recordEvents({ body, principal, locale, context }) {
      if (!('events' in body)) return answerEvent(parts, body, principal);
      return { events: await answerEvents(parts, body.events, { principal, locale, instance: context.id }) };
    },
    async readCustomer({ params: { customerId }, query: { asOf = null } }) {
      return showCustomer(database, { customerId, asOf, now: now() });
    },
    async readTimeline({ params: { customerId }, query }) {
      const { asOf = null, from = null, to = null, type = null, before = null, limit } = query;
      const page = await showTimeline(database, { customerId, asOf, from, to, type, before, limit, now: now() });
      return { ...page, events: [...page.events] };
    },
    async listSignals({ query, locale }) {
      const { customerId = null, state = null, level = null, kind = null, overdue, limit, before = null } = query;
      const asked = { customerId, state, level, kind, overdue: overdue === 'true', limit, before };
      const page = await listSignals(parts, asked);
      const signals = page.signals.map((found) => describeSignal(found, query.locale ?? locale));
      return { signals, nextBefore: page.nextBefore };
    },
    async readSignal({ params, query, locale }) {
      return describeSignal(await readSignal(parts, params.signalId), query.locale ?? locale);
    },
    confirmSignal: (call) => act(call, { event: 'confirmed', ...call.body }),
    treatSignal: (call) => act(call, { event: 'treated', ...call.body }),
    clearSignal: (call) => act(call, { event: 'cleared', ...call.body }),
    snoozeSignal(call) {
      const { until, reason } = call.body;
      return act(call, { event: 'snoozed', until: new Date(until).toISOString(), reason });
    },
    async readFindings({ params: { customerId }, query, locale }) {
      const look = await watcher.look(customerId);
      return describeFindings(look, await readStanding(database, look.customerRef), query.locale ?? locale);
    },
    async listReviews({ query: { state = null, customerId = null, dueBefore = null, after = null, limit } }) {
      const wanted = { state, customerId, dueBefore, after, limit };
      const { reviews, today, nextAfter } = await showReviews(database, wanted, { now: now(), timeZone });
      return { reviews: reviews.map((review) => summariseReview(review, today)), nextAfter };
    },
    async readReview({ params, query, locale }) {
      const review = await showReview(database, params.reviewId);
      const today = await readToday(database, { now: now(), timeZone });
      return describeReview(review, today, query.locale ?? locale);
    },
    async concludeReview({ params, body, principal, locale }) {
      const wanted = toConcluding(params.reviewId, body, principal);
      const review = await concludeReview({ database, timeZone, now, rescorer }, wanted);
      return describeReview(review, await readToday(database, { now: now(), timeZone }), locale);
    },
    async readMonitoring({ query }) {
      const work = () => monitorModels({ database, live, now, timeZone }, query);
      return { reports: await shareMonitoring(JSON.stringify(query), work) };
    },
    async listHazards({ locale }) {
      return describeHazards(listServedHazards(hazards), locale);
    },
    async drawCurve({ params: { name, version }, body: { features, days, locale: asked }, locale }) {
      const reference = `${name}@${version}`;
      const opened = await openServedHazard(hazards, reference).catch((fault) => {
        throw hideFolders(fault, reference, 'model_untrusted');
      });
      const curve = drawCurve({ opened, fields: features, days, now: now().toISOString(), timeZone });
      return describeCurve(opened, curve, asked ?? locale);
    },
    async listModels() {
      const models = await live.models();
      return { models: await Promise.all(models.map((model) => describeModel(live, model))) };
    },
    async registerModel(call) {
      const { name, version } = call.body;
      await registerModel(desk, { ...actOf(call), name, version, modelFolders }).catch((fault) => {
        throw hideFolders(fault, `${name}@${version}`, 'model_unfit');
      });
      return answerStanding(call.body);
    },
    async readHistory({ query }) {
      const at = query.at === undefined ? now() : new Date(query.at);
      return describeHistory(at.toISOString(), await readHistory(database, { at, name: query.name }));
    },
    async approveModel(call) {
      await approveModel(desk, { ...call.params, ...actOf(call), evidence: call.body.evidence ?? null });
      return answerStanding(call.params);
    },
    async waiveGate(call) {
      await waiveGate(desk, { ...call.params, ...actOf(call), gate: call.body.gate });
      return answerStanding(call.params);
    },
    async promoteModel(call) {
      await promoteModel(desk, { ...call.params, ...actOf(call) });
      return answerStanding(call.params);
    },
    async shadowModel(call) {
      await shadowModel(desk, { ...call.params, ...actOf(call) });
      return answerStanding(call.params);
    },
    async retireModel(call) {
      await retireModel(desk, { ...call.params, ...actOf(call) });
      return answerStanding(call.params);
    },
    async rollBackModel(call) {
      const { model } = await rollBackModel(desk, { ...call.params, ...actOf(call) });
      return answerStanding(model);
    },
    async readModel({ params }) {
      return describeModel(live, await live.read(params));
    },
    async listAdjustments({ params }) {
      return { adjustments: await listAdjustments(live, (await live.read(params)).ref) };
    },
    async proposeAdjustment({ params, body, principal }) {
      const { adjustment: content, fingerprint, signature, effects } = body;
      const actor = { name: principal, isAuthenticated: keys.size > 0 };
      await proposeAdjustment(desk, { ...params, actor, now }, { content, fingerprint, signature, effects });
      await live.refresh();
      return describeAdjustment(live, await live.read(params), content.name);
    },
    async readAdjustment({ params }) {
      return describeAdjustment(live, await live.read(params), params.adjustment);
    },
    async approveAdjustment(call) {
      const evidence = call.body.evidence ?? null;
      await approveAdjustment(desk, { ...call.params, ...actOf(call), evidence });
      return answerStanding(call.params);
    },
    async withdrawAdjustment(call) {
      await withdrawAdjustment(desk, { ...call.params, ...actOf(call) });
      return answerStanding(call.params);
    },
    async readPolicy({ query }) {
      return describePolicy(await live.policyFor(query.model));
    },
  };
};

const markReplayed = (res: Response, { isReplayed }: PredictAnswers): void => {
  if (isReplayed) res.setHeader('Idempotent-Replayed', 'true');
};
