/// Why a decision could not be read.
struct FieldFault: Error, Hashable {
    let reason: String
}

/// The fields of one decision, under the names that models are known to use.
struct DecisionFields {
    /// The key under which a map's own key is kept.
    static let mapKey = "\u{0}symbol"

    private static let symbols = [mapKey, "symbol", "coin", "ticker", "instrument", "asset"]
    private static let actions = ["action", "signal"]
    private static let percents = ["confidence"]

    /// What each word for an action means. `buy` and `sell` are not among them: with a position
    /// they may mean two things.
    private static let words: [String: TradeAction] = [
        "open_long": .openLong, "buy_to_enter": .openLong, "enter_long": .openLong,
        "long": .openLong, "open_short": .openShort, "sell_to_enter": .openShort,
        "enter_short": .openShort, "short": .openShort, "close": .close,
        "close_position": .close, "close_long": .close, "close_short": .close, "exit": .close,
        "reduce": .reduce, "reduce_position": .reduce, "hold": .hold, "wait": .hold,
        "none": .hold, "no_action": .hold, "no_trade": .hold,
    ]

    private let node: JSONNode

    init(_ node: JSONNode) { self.node = node }

    static func hasAction(_ node: JSONNode) -> Bool { actions.contains { node[$0] != nil } }

    /// Whether it has the shape of a decision.
    var isDecision: Bool {
        DecisionFields.hasAction(node) && DecisionFields.symbols.contains { node[$0] != nil }
    }

    /// Whether its confidence counts from 0 to 100.
    var confidenceIsPercent: Bool {
        guard case .number(let digits)? = node["confidence"], let value = Double(digits) else {
            return false
        }
        return value > 1 && value <= 100
    }

    /// The decision.
    func decision(isPercent: Bool) throws(FieldFault) -> Decision {
        guard case .object = node else { throw FieldFault(reason: "it is no object") }
        let word = try action()
        guard let action = DecisionFields.words[word] else {
            throw FieldFault(reason: "the action \(word) is unknown")
        }
        var decision = Decision(symbol: try symbol(), action: action)
        if word == "close_long" { decision.closesLong = true }
        if word == "close_short" { decision.closesLong = false }
        try readSize(into: &decision)
        try readPrices(into: &decision)
        try readOpinion(into: &decision, isPercent: isPercent)
        decision.reason = text(["reason", "reasoning", "justification"])
        return decision
    }

    private func readSize(into decision: inout Decision) throws(FieldFault) {
        decision.sizeFraction = try number(["size_fraction_of_equity"], percentOf: 100)
        decision.notional = try number(["position_size_usd"])
        decision.quantity = try number(["quantity"])
        decision.leverage = try number(["leverage"])
    }

    private func readPrices(into decision: inout Decision) throws(FieldFault) {
        decision.entry = try number(["entry", "entry_price"])
        decision.stopLoss = try number(["stop_loss", "stopLoss", "stop_loss_price"])
        decision.stopLossPercent = try number(["stop_loss_pct", "stop_loss_percent"], percentOf: 1)
        decision.takeProfit = try number([
            "take_profit", "takeProfit", "take_profit_price", "profit_target",
        ])
        decision.invalidation = try invalidation()
    }

    private func readOpinion(
        into decision: inout Decision, isPercent: Bool
    ) throws(FieldFault) {
        decision.probabilityUp = try number(["prob_up"], percentOf: 100)
        decision.horizonMinutes = try number(["horizon_minutes"])
        let confidence = try number(["confidence"], percentOf: 100)
        guard isPercent, case .number? = node["confidence"] else {
            decision.confidence = confidence
            return
        }
        decision.confidence = confidence.map { $0 / 100 }
    }

    private func invalidation() throws(FieldFault) -> Invalidation? {
        guard let inner = node["invalidation"], case .object = inner else { return nil }
        let fields = DecisionFields(inner)
        guard let value = try fields.number(["value"]) else {
            throw FieldFault(reason: "the invalidation has no value")
        }
        switch inner["kind"]?.string {
        case "close_below": return .closeBelow(value)
        case "close_above": return .closeAbove(value)
        case "time": return .minutes(value)
        default: throw FieldFault(reason: "the kind of invalidation is unknown")
        }
    }

    // MARK: fields

    private func action() throws(FieldFault) -> String {
        let found = Set(
            DecisionFields.actions.compactMap { node[$0]?.string }.map {
                $0.lowercased().map { $0 == "-" || $0 == " " ? "_" : String($0) }.joined()
            })
        guard found.count == 1, let word = found.first else {
            throw FieldFault(reason: found.isEmpty ? "it has no action" : "it has two actions")
        }
        return word
    }

    private func symbol() throws(FieldFault) -> String {
        let found = Set(DecisionFields.symbols.compactMap { node[$0]?.string })
        guard found.count == 1, let symbol = found.first, !symbol.isEmpty else {
            throw FieldFault(reason: found.isEmpty ? "it has no symbol" : "it has two symbols")
        }
        return symbol
    }

    private func text(_ names: [String]) -> String {
        names.lazy.compactMap { node[$0]?.string }.first ?? ""
    }

    /// The number under one of several names; nil when there is none.
    ///
    /// - Parameter percentOf: What a percent sign divides by; nil where it makes no sense.
    private func number(
        _ names: [String], percentOf: Double? = nil
    ) throws(FieldFault) -> Double? {
        let found = names.compactMap { name in
            node[name].flatMap { $0 == .null ? nil : (name, $0) }
        }
        guard let (name, value) = found.first else { return nil }
        guard found.count == 1 else {
            throw FieldFault(reason: "\(name) stands there under two names")
        }
        guard let number = try NumberField(name: name, percentOf: percentOf).read(value) else {
            return nil
        }
        return number
    }
}
