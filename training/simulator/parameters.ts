import { fingerprint } from '../../src/fingerprint.ts';

/**
 * Every number of the simulator, fixed before any detector was written. Units stand in the names: Minor = fen, Yearly =
 * chance or times a year, Monthly = a month, Share = of the whole (0 to 1), Months, Days. Ranges are [least, most], uniform.
 * They are assumptions of a made-up lender, not estimates of a real one; what they must give together (a default rate of 2
 * to 4% a year in the calm scenario, a quarter of defaults without a sign, a behaviour model's AUC of .75 to .85) is measured.
 */
export const parameters = {
  /** Who the customers are. */
  people: {
    /** Retail lenders with a small-business desk: most are persons. */
    companyShare: 0.14,
    /** The rest join evenly over the simulated months, so that there are vintages. */
    alreadyThereShare: 0.8,
    relationMonths: [2, 96],
    /** Who was there already has lived this long untold, so that the book begins with its share of people in trouble. */
    untoldMonths: 9,
    /** Only who keeps the salary or business account here shows its income and spending. */
    mainBankShare: { person: 0.62, company: 0.78 },
    employment: { salaried: 0.68, selfEmployed: 0.2, retired: 0.06, casual: 0.06 },
    industryKnownShare: { person: 0.65, company: 1 },
  },

  /** What comes in and what must go out, before anything goes wrong. Health is standard normal and never told. */
  money: {
    incomeMedianMinor: {
      person: 850_000,
      micro: 9_000_000,
      small: 40_000_000,
      medium: 180_000_000,
      large: 900_000_000,
    },
    incomeSpread: { person: 0.5, company: 0.45 },
    /** Log-income a unit of health: health shows a little in income, not much. */
    incomeOfHealth: 0.15,
    /** Month to month, relative: a salary is steady, casual work is not. */
    incomeNoise: { salaried: 0.015, selfEmployed: 0.16, retired: 0.002, casual: 0.2, company: 0.12 },
    /** Part of the usual income that living, or running the business, takes. */
    necessaryShare: { person: [0.42, 0.58], company: [0.8, 0.9] },
    /** Part of it that does not fall with income: a household cannot shrink, a business can in part. */
    fixedShare: { person: 0.85, company: 0.5 },
    /** Monthly obligations at other lenders, share of income; higher in bad health. */
    elsewhereShare: { person: 0.07, company: 0.015 },
    /** Liquid assets aimed at, in months of income: median, spread of its logarithm, effect of health. */
    bufferMedianMonths: { person: 1.6, company: 0.55 },
    bufferSpread: 0.7,
    bufferOfHealth: 0.45,
    /** Share of the gap to the aim that is closed in a month by saving or spending. */
    bufferPull: 0.18,
    /** Households short of money still spend this share of income on what is not necessary. */
    leastFreeShare: 0.03,
    /** Up to this share of its limit the card pays for daily needs when cash is short. */
    bridgeLimitShare: 0.98,
    /** How much a month's spending strays, share of income, and how long it lasts (autoregression). */
    strain: { spread: 0.043, persistence: 0.8, ofHealth: 0.008 },
  },

  /** What is lent. */
  facilities: {
    cardShare: { person: 0.8, company: 0.25 },
    loanShare: { person: 0.38, company: 0.85 },
    mortgageShare: { person: 0.22, company: 0 },
    /** What is necessary, owed elsewhere and lent here may take at most this share of income, or it is not lent. */
    affordableShare: { person: 0.92, company: 0.97 },
    cardLimitMonths: [0.8, 3.5],
    cardRateBasisPoints: 1_825,
    loanInstalmentShare: { person: [0.06, 0.2], company: [0.012, 0.05] },
    loanMonths: [12, 48],
    loanRateBasisPoints: [450, 1_400],
    mortgageInstalmentShare: [0.18, 0.35],
    mortgageMonths: [180, 360],
    mortgageRateBasisPoints: [330, 520],
    /** Value over principal. */
    collateralCover: [1.1, 2.2],
    collateralShare: 0.45,
    /** A customer in good standing whose loan has run out takes a new one. */
    renewalMonthlyChance: 0.12,
    /** Who pays a loan off before its end. */
    payoffYearly: 0.035,
  },

  /** How they pay. */
  habits: {
    directDebitShare: 0.6,
    /** Of the others: how often a due day is forgotten though the money is there, a month. */
    forgetMonthlyChance: [0, 0.11],
    forgottenDays: [2, 17],
    /** Card holders who pay their statement in full; the others carry a balance. */
    fullPayerShare: 0.52,
    fullPayerOfHealth: 0.12,
    cardSpendingShare: [0.05, 0.32],
    revolverAimOfLimit: [0.15, 0.85],
    minimumPaymentShare: 0.1,
    minimumPaymentMinor: 10_000,
    /** A payment below this share of what is owed is not made at all. */
    leastPartialShare: 0.25,
    /** In need: cash from the card, then a loan elsewhere. */
    advanceChance: 0.6,
    borrowElsewhereChance: 0.22,
    elsewhereApproval: { atNoDebt: 0.75, lessPerDebtToIncome: 0.9 },
    elsewhereLoanMonths: [1, 3],
    elsewhereTermMonths: 18,
    /** Who cannot pay all leaves the other lender unpaid first, this often. */
    elsewhereFirstChance: 0.5,
  },

  /** What befalls them, times a year at middling health; `ofHealth` is the effect of a unit of health on its logarithm. */
  adversity: {
    decline: {
      yearly: { person: 0.018, company: 0.045 },
      ofHealth: -0.75,
      months: [4, 12],
      incomeLeft: [0.25, 0.75],
      recoveryMonthlyChance: 0.07,
      cycle: 0.7,
    },
    jobLoss: {
      yearly: { person: 0.035, company: 0.035 },
      ofHealth: -0.55,
      incomeLeft: { person: [0, 0.4], company: [0.45, 0.8] },
      recoveryMonthlyChance: 0.16,
      incomeAfter: [0.75, 1.05],
      cycle: 0.7,
    },
    illness: {
      yearly: { person: 0.012, company: 0 },
      ofHealth: -0.2,
      costMonths: [0.8, 5],
      incomeLeft: [0.4, 0.9],
      months: [2, 7],
      cycle: 0,
    },
    /** Money that was lost or pledged outside, of which the lender sees nothing. */
    sudden: { yearly: { person: 0.0105, company: 0.011 }, ofHealth: -0.2, cycle: 0.45 },
    /** Can pay and will not. */
    strategic: { yearly: { person: 0.005, company: 0.005 }, ofHealth: -0.1, cycle: 0.2 },
    /** Of strategic ones: those who carry money away in the last days. */
    strategicCashOutShare: 0.4,
  },

  /** What looks like trouble and passes. */
  falseAlarms: {
    travel: { yearly: 0.45, purchases: [4, 12] },
    moving: { yearly: 0.06, costMonths: [0.3, 1] },
    jobChange: { yearly: 0.09, gapChance: 0.3, incomeAfter: [0.95, 1.3] },
    largePurchase: { yearly: 0.12, costMonths: [0.5, 2] },
    phoneChangeYearly: 0.04,
    emailChangeYearly: 0.02,
    rateShoppingYearly: 0.2,
    /** Businesses that live from a season. */
    seasonalShare: 0.25,
    seasonalSwing: [0.2, 0.5],
    complaintYearly: 0.03,
    lawsuitYearly: { person: 0.003, company: 0.05 },
    penaltyYearly: 0.02,
    businessChangeYearly: 0.12,
  },

  /** What may be seen of who is in trouble, times as often as of others or a chance. */
  telling: {
    contactChangeMonthly: 0.05,
    hardshipShare: 0.35,
    /** New counterparties as a share of all, and what is left of it when business or income has gone. */
    newCounterpartyShare: 0.2,
    newCounterpartyTimes: 0.5,
    /** Cash is drawn more often. */
    cashTimes: 1.8,
    lawsuitMonthly: 0.05,
    contractionMonthly: 0.06,
    creditReportEveryMonths: 6,
  },

  /** What the lender does once something is late, by days past due. */
  collection: {
    contactOnDays: [3, 10, 20, 35, 50, 65, 80],
    reachedChance: 0.75,
    reachedLessPerMonth: 0.15,
    promiseChance: 0.55,
    complaintChance: 0.02,
    limitCutFromMonthsLate: 2,
    /** Distressed restructurings: of those at 30 to 89 days past due on a loan whose trouble may pass, a month. */
    restructuringMonthlyChance: 0.06,
    reliefShare: [0.4, 0.6],
    /** Changes of plan of customers in good standing, which are no default, a year. */
    extensionYearly: 0.008,
    cureMonthlyChance: 0.03,
    writeOffAfterDays: [180, 330],
    enforcementChance: 0.35,
    bankruptcyChance: 0.15,
    dishonestListChance: 0.12,
  },

  /** More than this many days past due on at least this amount and share of the facility's exposure is default. */
  default: { days: 90, amountMinor: 10_000, exposureShare: 0.01 },

  /** The industries: monthly autoregression of each section's cycle, in units of its own spread, and of the common one. */
  industry: {
    persistence: 0.92,
    sectionSpread: 0.25,
    commonSpread: 0.2,
    indexPerUnit: 400,
    indexNoise: 60,
    /** Log-revenue of companies, and of the self-employed, a unit of the cycle. */
    revenueOfCycle: 0.07,
    /** Weights of GB/T 4754 sections among customers. */
    sections: {
      A: 0.04,
      B: 0.02,
      C: 0.22,
      D: 0.02,
      E: 0.11,
      F: 0.2,
      G: 0.08,
      H: 0.07,
      I: 0.07,
      K: 0.04,
      L: 0.05,
      M: 0.03,
      O: 0.02,
      P: 0.02,
      R: 0.01,
    },
  },

  /** Who belongs together: in blocks of this many customers, the first may stand behind others. */
  relations: {
    block: 8,
    tiedShare: 0.22,
    guaranteeShare: 0.6,
    /** When the other defaults: whether the guarantee is called, and what it takes in months of income. */
    calledChance: 0.65,
    calledCostMonths: [3, 16],
    calledOverMonths: 8,
  },

  /** Rare ends that are no default, a year. */
  ends: { deathYearly: 0.0015, fraudYearly: 0.0012, leaveYearly: 0.012 },

  /** Patterns of laundering, drawn without a look at anything else. */
  laundering: {
    structuringShare: 0.0015,
    rapidMovementShare: 0.0015,
    episodes: [2, 5],
    /** Cash just below the amount from which it is reported (50,000 CNY). */
    justBelowMinor: [4_000_000, 4_990_000],
  },

  /** How many transactions are seen in a month, on average. */
  activity: { person: { card: 3.5, account: 3, cash: 0.6, transfers: 1 }, company: { in: 7, out: 8 } },

  /** Scenarios: everything else stays as in the calm one. Cycle in units of its spread; times as shares of the months. */
  scenarios: {
    calm: { commonDip: 0, sectionDip: 0, shocked: 0, drift: false },
    /** A deep, long downturn of everything. */
    recession: { commonDip: -2.6, sectionDip: 0, shocked: 0, drift: false },
    /** Two industries fall, the others go on. */
    'industry-shock': { commonDip: 0, sectionDip: -4, shocked: 2, drift: false },
    /** Habits change, fortunes do not. */
    drift: { commonDip: 0, sectionDip: 0, shocked: 0, drift: true },
  },
  dip: { fromShare: 0.2, rampMonths: 3, untilShare: 0.85 },
  drift: {
    fromShare: 0.4,
    rampMonths: 6,
    /** Payments by wallet instead of direct debit, salaries in halves, more on the card. */
    thirdPartyShare: 0.55,
    halfSalaryShare: 0.5,
    cardSpendingTimes: 1.5,
    cashTimes: 0.4,
    mobileShare: 0.85,
  },
} as const;

export type Scenario = keyof typeof parameters.scenarios;
export const scenarios = Object.keys(parameters.scenarios) as [Scenario, ...Scenario[]];

/** SHA-256 of all of them, which every output names. */
export const parametersFingerprint = (): string => fingerprint(parameters);
