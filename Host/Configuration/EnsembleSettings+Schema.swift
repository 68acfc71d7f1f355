// The keys of `ensemble` in a run file.

private let part = Kind<Double>.number(above: 0, to: 1)

extension RuleParameters {
    static let fields: [Field<RuleParameters>] = [
        .optional("eta", .number(above: 0, to: 1_000), \.eta, "learning rate, or the rule's own"),
        .optional("alpha", part, \.alpha, "share spread over all at each update"),
        .optional("form", .choice, \.form, "of ml-poly and ml-prod: paper unless given"),
        .optional("prior", .choice, \.prior, "of squint's rates: improper unless given"),
    ]
}

extension RuleSettings {
    static let schema = Record(
        name: "a rule", initial: RuleSettings(),
        fields: [
            .required("rule", .choice, \.rule, "how weights follow from losses; not layers")
        ] + RuleParameters.fields.map { .within(\.parameters, $0) })
}

extension DriftSettings {
    static let schema = Record(
        name: "a drift detector", initial: DriftSettings(),
        fields: [
            .required(
                "detector", .choice, \.detector, "how a rise of a model's losses is seen"),
            .optional(
                "threshold", .number(above: 0, to: 1_000_000), \.threshold,
                "of page-hinkley: summed deviations from the mean; 5 unless given"),
            .optional(
                "delta", .number(above: 0, to: 0.999), \.delta,
                "of adwin: chance of a false alarm at a check; 0.002 unless given"),
            .optional(
                "alpha", .number(above: 0, to: 0.999), \.alpha,
                "of kswin: probability of the test; 0.005 unless given"),
        ])
}

extension StackingSettings {
    static let schema = Record(name: "stacking", initial: StackingSettings(), fields: fields)

    private static let fields: [Field<StackingSettings>] = [
        .optional(
            "rule", .choice, \.rule,
            "nonnegative weights held near 0, unless given; ridge: any, held near the average"),
        .optional(
            "lambda", .number(above: 0, to: 1_000_000_000), \.lambda,
            "strength of the hold; a round adds (p - 1/2) squared against it; 1 unless given"),
        .optional(
            "purge", .duration(0...31_536_000_000_000_000), \.purge,
            "time between an outcome and the first forecast that knows of it; 0s unless given"),
        .optional(
            "refit", .integer(1...1_000_000), \.refit,
            "settled rounds from one fit to the next; the number of models unless given"),
    ]
}

extension EnsembleSettings {
    static let schema = Record(
        name: "ensemble settings", initial: EnsembleSettings(),
        fields: [
            .optional(
                "rule", .choice, \.own.rule, standard: "hedge", "how weights follow from losses")
        ] + RuleParameters.fields.map { .within(\.own.parameters, $0) } + [
            .optional(
                "layers", .list(of: RuleSettings.schema.kind, 0...16), \.layers, standard: "[]",
                "rules beside each other, of the rule layers"),
            .optional(
                "top", RuleSettings.schema.kind, \.top,
                "the rule that mixes the layers; adahedge unless given"),
            .optional(
                "paying", .choice, \.paying, standard: "mean",
                "what a layer is charged: the mean of losses, or what its mixed forecast pays"),
            .optional("loss", .choice, \.loss, standard: "log", "what a forecast is charged"),
            .optional(
                "positions", RuleSettings.schema.kind, \.positions,
                "weighs positions by a rule of their own, which is paid in net utility"),
            .optional(
                "probation", .integer(0...1_000_000), \.probation, standard: "30",
                "settled forecasts before a model carries weight"),
            .optional(
                "cost_bps", bps(0...1_000), \.cost,
                "fee and slippage of a change of position; the venue's taker unless given"),
            .optional(
                "confidence", .flag, \.usesConfidence, standard: "false",
                "whether a forecast's confidence says how far its model is awake"),
            .optional(
                "overlap", .choice, \.overlap, standard: "shared",
                "shared: forecasts count as the part of their horizon that no earlier one covers; "
                    + "full: each counts in full"),
            .optional(
                "regimes", .choice, \.regimes,
                "keeps a copy of the rule for each state of the market beside it"),
            .optional(
                "expiry", .duration(1_000_000...31_536_000_000_000_000), \.expiry,
                "age from which a forecast is no opinion, whatever its model says"),
            .optional("floor", part, \.floor, "smallest part of a model that is heard"),
            .optional("cap", part, \.cap, "largest part of one model"),
            .optional(
                "group_cap", part, \.groupCap, "largest part of models whose losses move as one"),
            .optional(
                "drift", DriftSettings.schema.kind, \.drift,
                "sends a model back to probation when its losses rise; without it, never"),
            .optional(
                "stacking", StackingSettings.schema.kind, \.stacking,
                "adds a model, stacking, that forecasts from the settled forecasts of the others; "
                    + "{} takes it as it is"),
        ])
}
