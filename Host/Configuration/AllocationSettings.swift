/// Rules of capital that are none of models: online portfolios.
package enum PortfolioChoice: String, CaseIterable, Sendable {
    case exponentiatedGradient = "exponentiated-gradient"
    case newtonStep = "newton-step"
    case universal

    /// Strategies that `universal` can divide capital between.
    static let universalMost = 8
}

/// How parts of the capital follow from what strategies earned.
package enum AllocationRule: Hashable, Sendable {
    /// By a rule of models; not layers.
    case models(EnsembleRule)
    case portfolio(PortfolioChoice)
}

extension AllocationRule: RawRepresentable, CaseIterable {
    package static let allCases =
        EnsembleRule.allCases.filter { $0 != .layers }.map { AllocationRule.models($0) }
        + PortfolioChoice.allCases.map { .portfolio($0) }

    package init?(rawValue: String) {
        guard let rule = Self.allCases.first(where: { $0.rawValue == rawValue }) else { return nil }
        self = rule
    }

    package var rawValue: String {
        switch self {
        case .models(let rule): rule.rawValue
        case .portfolio(let rule): rule.rawValue
        }
    }
}

/// How capital moves between the strategies of an account.
package struct AllocationSettings: Hashable, Sendable {
    package internal(set) var rule = AllocationRule.models(.squint)
    package internal(set) var parameters = RuleParameters()
    /// From one review to the next, in nanoseconds.
    package internal(set) var every: Int64 = 0
    /// Reviews before anything moves.
    package internal(set) var probation: Int64 = 10
    /// Smallest and largest part of one strategy; nil for none.
    package internal(set) var floor: Double?
    package internal(set) var cap: Double?
    /// Largest change of a part that is not worth a move.
    package internal(set) var band = 0.01
    /// Most that moves at one review, as a part of all.
    package internal(set) var moveMax = 1.0
    /// What moving is counted at, in 10^-9 of what moves; nil for the venue's taker.
    package internal(set) var cost: Int64?
    /// Whether targets follow the capital.
    package internal(set) var scalesTargets = true
}

private let part = Kind<Double>.number(above: 0, to: 1)

extension AllocationSettings {
    static let schema = Record(
        name: "allocation settings", initial: AllocationSettings(),
        fields: [
            .optional(
                "rule", .choice, \.rule, standard: "squint",
                "how parts of the capital follow from what strategies earned")
        ] + RuleParameters.fields.map { .within(\.parameters, $0) } + [
            .required(
                "every", .duration(1_000_000_000...365 * 86_400_000_000_000), \.every,
                "time from one review to the next"),
            .optional(
                "probation", .integer(0...1_000_000), \.probation, standard: "10",
                "reviews before anything moves"),
            .optional("floor", part, \.floor, "smallest part of a strategy"),
            .optional("cap", part, \.cap, "largest part of a strategy"),
            .optional(
                "band", part, \.band, standard: "0.01",
                "largest change of a part that is not worth a move"),
            .optional(
                "move_max", part, \.moveMax, standard: "1",
                "most that moves at one review, as a part of the capital of all"),
            .optional(
                "cost_bps", bps(0...1_000), \.cost,
                "what moving is counted at: it waits until waiting has cost as much; the venue's "
                    + "taker unless given"),
            .optional(
                "scale_targets", .flag, \.scalesTargets, standard: "true",
                "whether a target is for the capital at the start, and follows what there is"),
        ])
}
