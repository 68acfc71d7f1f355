/// Limits that every decision is held to, whatever the model was told.
public struct DecisionRules: Hashable, Sendable {
    /// Highest leverage, 1 or more; more is lowered to it.
    public var leverageMax = 5.0
    /// Most margin of one decision as a share of equity, above 0 and at most 1; more is lowered.
    public var sizeFractionMax = 0.25
    /// Most margin of all openings of one answer together; what goes beyond is refused.
    public var sizeFractionTotalMax = 0.8
    /// Whether an opening must have a stop.
    public var requiresStop = true
    /// Nearest stop, as a share of the price.
    public var stopDistanceMin = 0.001
    /// Farthest stop, as a share of the price.
    public var stopDistanceMax = 0.2
    /// Farthest entry from the price, as a share of it.
    public var entryDistanceMax = 0.05
    /// Least reward over risk, from the price at which it would open; 0 asks for none.
    public var rewardOverRiskMin = 0.0
    /// Least confidence of an opening, 0...1.
    public var confidenceMin = 0.0
    /// Longest horizon of a forecast in minutes.
    public var horizonMinutesMax = 10_080.0
    /// Whether shorts may be opened.
    public var allowsShort = true

    /// The rules of a careful account.
    public init() {}
}

/// What became of one decision.
public struct Verdict: Hashable, Sendable {
    /// The decision as it may be acted on, or as it was read when it is refused.
    public var decision: Decision
    /// The instrument's place in the snapshot; nil when it is unknown.
    public var instrument: Int?
    /// Margin as a share of equity, for openings that are not refused.
    public var sizeFraction: Double?
    /// What was lowered to a limit.
    public var clamped: [String] = []
    /// Why it is not acted on; nil when it is.
    public var refusal: String?

    /// Whether it may be acted on.
    public var isAccepted: Bool { refusal == nil }
}

extension DecisionRules {
    /// Judges every decision of an answer on its own.
    ///
    /// - Parameter snapshot: What the model was shown, with prices as they are *now*.
    /// - Returns: One verdict for each decision, in their order.
    public func judge(_ answer: ReadAnswer, against snapshot: MarketSnapshot) -> [Verdict] {
        let names = SymbolIndex(snapshot)
        let places = answer.decisions.map { names.place(of: $0.symbol) }
        var total = 0.0
        return zip(answer.decisions, places).map { decision, place in
            var verdict = Verdict(decision: decision, instrument: place)
            guard let place else {
                verdict.refusal = "the symbol \(decision.symbol.prefix(40)) is unknown"
                return verdict
            }
            if places.count(where: { $0 == place }) > 1 {
                verdict.refusal = "there is more than one decision for it"
                return verdict
            }
            do throws(Refusal) {
                try judge(&verdict, place, answer.asOf, snapshot, total: &total)
            } catch {
                verdict.refusal = error.reason
            }
            return verdict
        }
    }

    private func judge(
        _ verdict: inout Verdict, _ place: Int, _ asOf: String?, _ snapshot: MarketSnapshot,
        total: inout Double
    ) throws(Refusal) {
        let coin = snapshot.coins[place]
        let held = snapshot.account.positions.first { $0.symbol == coin.symbol }
        try checkOpinion(verdict.decision)
        switch verdict.decision.action {
        case .hold: return
        case .close, .reduce:
            try checkHeld(verdict.decision, held)
        case .openLong, .openShort:
            try checkTime(asOf, snapshot)
            guard held == nil else {
                throw Refusal("there is a position already: only hold, reduce or close")
            }
            guard let price = coin.price, price.isFinite, price > 0 else {
                throw Refusal("no price is known")
            }
            try checkDirection(verdict.decision)
            try checkLevels(verdict.decision, price: price)
            try size(&verdict, price: price, equity: snapshot.account.value, total: &total)
        }
    }

    private func checkTime(_ asOf: String?, _ snapshot: MarketSnapshot) throws(Refusal) {
        guard let asOf else { throw Refusal("as_of is missing") }
        guard asOf == snapshot.asOf else {
            throw Refusal("as_of is \(asOf.prefix(40)), not \(snapshot.asOf)")
        }
    }

    private func checkHeld(
        _ decision: Decision, _ held: MarketSnapshot.Position?
    ) throws(Refusal) {
        guard let held, held.quantity != 0 else { throw Refusal("there is no position") }
        if let long = decision.closesLong, long != (held.quantity > 0) {
            throw Refusal("the position is \(held.quantity > 0 ? "long" : "short")")
        }
        guard decision.action == .reduce else { return }
        if let fraction = decision.sizeFraction, !(fraction > 0 && fraction <= 1) {
            throw Refusal("size_fraction_of_equity is \(fraction), not above 0 and at most 1")
        }
    }

    private func checkOpinion(_ decision: Decision) throws(Refusal) {
        for (name, value) in [
            ("prob_up", decision.probabilityUp), ("confidence", decision.confidence),
        ] {
            if let value, !(0...1).contains(value) {
                throw Refusal("\(name) is \(value), not 0...1")
            }
        }
        if let horizon = decision.horizonMinutes, !(horizon > 0 && horizon <= horizonMinutesMax) {
            throw Refusal("horizon_minutes is \(horizon), not above 0 and at most the limit")
        }
    }

    private func checkDirection(_ decision: Decision) throws(Refusal) {
        guard decision.action == .openLong || allowsShort else {
            throw Refusal("shorts are not allowed")
        }
        guard confidenceMin <= 0 || (decision.confidence ?? 0) >= confidenceMin else {
            throw Refusal("confidence is below \(confidenceMin)")
        }
    }

    /// Holds stop, target and entry against the price as it is, never against one made up.
    private func checkLevels(_ decision: Decision, price: Double) throws(Refusal) {
        let sign = decision.action == .openLong ? 1.0 : -1.0
        let start = decision.entry ?? price
        guard start > 0, abs(start / price - 1) <= entryDistanceMax else {
            throw Refusal("the entry \(start) is too far from the price \(price)")
        }
        let risk = try stopDistance(decision, price: price, start: start, sign: sign)
        guard let target = decision.takeProfit else {
            guard rewardOverRiskMin <= 0 else { throw Refusal("there is no take_profit") }
            return
        }
        guard target > 0, (target - price) * sign > 0, (target - start) * sign > 0 else {
            throw Refusal("take_profit \(target) is on the wrong side of the price \(price)")
        }
        guard rewardOverRiskMin > 0 else { return }
        guard let risk, (target - start) * sign / (risk * start) >= rewardOverRiskMin else {
            throw Refusal("reward over risk is below \(rewardOverRiskMin)")
        }
    }

    /// The distance of the stop as a share of the start; nil when there is none.
    private func stopDistance(
        _ decision: Decision, price: Double, start: Double, sign: Double
    ) throws(Refusal) -> Double? {
        if decision.stopLoss != nil, decision.stopLossPercent != nil {
            throw Refusal("there are two stops")
        }
        if let percent = decision.stopLossPercent { return try distance(percent / 100) }
        guard let stop = decision.stopLoss else {
            guard !requiresStop else { throw Refusal("there is no stop_loss") }
            return nil
        }
        guard stop > 0, (price - stop) * sign > 0, (start - stop) * sign > 0 else {
            throw Refusal("stop_loss \(stop) is on the wrong side of the price \(price)")
        }
        return try distance((start - stop) * sign / start)
    }

    private func distance(_ share: Double) throws(Refusal) -> Double {
        guard share >= stopDistanceMin, share <= stopDistanceMax else {
            let percent = FixedText.number(share * 100, decimals: 2)
            let low = FixedText.number(stopDistanceMin * 100, decimals: 2)
            let high = FixedText.number(stopDistanceMax * 100, decimals: 2)
            throw Refusal("the stop is \(percent) % away; allowed are \(low) to \(high) %")
        }
        return share
    }

    private func size(
        _ verdict: inout Verdict, price: Double, equity: Double, total: inout Double
    ) throws(Refusal) {
        guard equity.isFinite, equity > 0 else { throw Refusal("the account has no equity") }
        let asked = verdict.decision.leverage ?? 1
        guard asked >= 1 else { throw Refusal("leverage is \(asked), not 1 or more") }
        let leverage = min(asked, leverageMax)
        if leverage < asked { verdict.clamped.append("leverage \(asked) to \(leverage)") }
        verdict.decision.leverage = leverage
        let wanted = try margin(verdict.decision, price: price, equity: equity, leverage: leverage)
        let fraction = min(wanted, sizeFractionMax)
        if fraction < wanted { verdict.clamped.append("size \(wanted) to \(fraction)") }
        guard total + fraction <= sizeFractionTotalMax else {
            throw Refusal("all openings together would pass \(sizeFractionTotalMax) of equity")
        }
        total += fraction
        verdict.sizeFraction = fraction
    }

    /// The margin that a decision asks for as a share of equity; it names exactly one size.
    private func margin(
        _ decision: Decision, price: Double, equity: Double, leverage: Double
    ) throws(Refusal) -> Double {
        let sizes = [
            decision.sizeFraction, decision.notional.map { $0 / leverage / equity },
            decision.quantity.map { $0 * (decision.entry ?? price) / leverage / equity },
        ].compactMap(\.self)
        guard let size = sizes.first, sizes.count == 1 else {
            throw Refusal(sizes.isEmpty ? "it has no size" : "it has more than one size")
        }
        if let fraction = decision.sizeFraction, fraction > 1 {
            throw Refusal("size_fraction_of_equity is \(fraction), not above 0 and at most 1")
        }
        guard size > 0, size.isFinite else { throw Refusal("the size is not above 0") }
        return size
    }
}

/// Why a decision is not acted on.
private struct Refusal: Error {
    let reason: String
    init(_ reason: String) { self.reason = reason }
}

/// Finds instruments by what models call them.
struct SymbolIndex {
    private var places: [String: Set<Int>] = [:]

    init(_ snapshot: MarketSnapshot) {
        for (place, coin) in snapshot.coins.enumerated() {
            for name in [coin.symbol, coin.name] {
                places[SymbolIndex.plain(name), default: []].insert(place)
            }
        }
    }

    /// The instrument's place; nil when no instrument, or more than one, has that name.
    func place(of symbol: String) -> Int? {
        guard let found = places[SymbolIndex.plain(symbol)], found.count == 1 else { return nil }
        return found.first
    }

    private static func plain(_ name: String) -> String {
        name.uppercased().filter { !"/-_: ".contains($0) }
    }
}
