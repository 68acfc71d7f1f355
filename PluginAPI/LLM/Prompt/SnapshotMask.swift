import RialtoValues

/// What a prompt keeps to itself, so that a model cannot recall what it has read of the past.
public enum MaskKind: String, Hashable, Sendable, CaseIterable {
    /// Nothing.
    case none
    /// Names of instruments and currencies, and the levels of prices and quantities.
    case symbols
    /// Times of the calendar.
    case dates
    /// Both.
    case both

    /// Whether names and levels are hidden.
    public var hidesSymbols: Bool { self == .symbols || self == .both }
    /// Whether times of the calendar are hidden.
    public var hidesDates: Bool { self == .dates || self == .both }
}

/// Hides names, levels and dates of a snapshot, and reads answers to it as if nothing were hidden.
///
/// Instruments become `ASSET-1` and so on, in an order drawn from the seed; times become minutes
/// since a neutral start. Prices are divided by a factor of each instrument drawn from the seed and
/// its quantities are multiplied by it, as in a split: what a position is worth stays as it is.
///
/// The factor is a power of two, so that nothing is rounded on the way there or back. That hides a
/// level from who knows it by sight, not from who tries all factors, and never the shape of a
/// series.
public struct SnapshotMask: Hashable, Sendable {
    /// What is hidden.
    public let kind: MaskKind
    /// Unix nanoseconds UTC of minute 0.
    public let start_ns: Int64
    /// Place in the run of each instrument, in the order in which they are shown.
    private let order: [Int]
    /// By place in the run.
    private let factors: [Double]

    /// Name of every currency where names are hidden.
    public static let currency = "CASH"

    /// - Parameters:
    ///   - count: Instruments of the run.
    ///   - start_ns: Not above the time of any snapshot.
    public init(_ kind: MaskKind, count: Int, seed: UInt64, start_ns: Int64) {
        precondition(count >= 0, "a count is not below 0")
        self.kind = kind
        self.start_ns = start_ns
        var draws = SeededGenerator(seed: seed), order = Array(0..<count)
        for last in order.indices.reversed().dropLast() {
            order.swapAt(last, Int(draws.next() % UInt64(last + 1)))
        }
        self.order = kind.hidesSymbols ? order : Array(0..<count)
        factors = (0..<count).map { _ in
            let factor = Self.factor(&draws)
            return kind.hidesSymbols ? factor : 1
        }
    }

    /// Name of the instrument that is shown in that place, from 0 on.
    public static func name(_ place: Int) -> String { "ASSET-\(place + 1)" }

    // MARK: what is shown

    /// Returns the snapshot as the model may see it.
    ///
    /// - Parameter snapshot: Of as many instruments as the mask was made for.
    public func masked(_ snapshot: MarketSnapshot) -> MarketSnapshot {
        precondition(snapshot.coins.count == order.count, "the mask is of this run")
        var shown = snapshot
        if kind.hidesDates {
            shown.clock = .minutes
            shown.asOf_ns -= start_ns
        }
        guard kind.hidesSymbols else { return shown }
        shown.coins = order.indices.map { masked(snapshot.coins[order[$0]], shownAt: $0) }
        shown.account.currency = SnapshotMask.currency
        shown.account.positions = snapshot.account.positions.compactMap { position in
            let place = snapshot.coins.firstIndex { $0.symbol == position.symbol }
            return place.map { masked(position, at: $0) }
        }
        return shown
    }

    /// A price of the instrument in that place of the run, as it is shown.
    public func masked(price: Double, at place: Int) -> Double { price / factors[place] }

    private func masked(_ coin: MarketSnapshot.Coin, shownAt place: Int) -> MarketSnapshot.Coin {
        let factor = factors[order[place]]
        var shown = coin
        shown.symbol = SnapshotMask.name(place)
        shown.name = shown.symbol
        shown.quote = SnapshotMask.currency
        shown.priceDecimals = min(17, coin.priceDecimals + SnapshotMask.digits(of: factor))
        shown.quantityDecimals = min(
            18, coin.quantityDecimals + SnapshotMask.digits(of: 1 / factor))
        shown.price = coin.price.map { $0 / factor }
        shown.openInterest = coin.openInterest.map { $0 * factor }
        shown.openInterestMean = coin.openInterestMean.map { $0 * factor }
        shown.intraday.mids = coin.intraday.mids.map { $0 / factor }
        shown.intraday.ema20 = coin.intraday.ema20.map { $0 / factor }
        shown.intraday.macd = coin.intraday.macd.map { $0 / factor }
        shown.context = SnapshotMask.divided(coin.context, by: factor)
        return shown
    }

    private static func divided(
        _ context: MarketSnapshot.Context, by factor: Double
    ) -> MarketSnapshot.Context {
        var shown = context
        shown.ema20 = context.ema20.map { $0 / factor }
        shown.ema50 = context.ema50.map { $0 / factor }
        shown.atr3 = context.atr3.map { $0 / factor }
        shown.atr14 = context.atr14.map { $0 / factor }
        shown.macd = context.macd.map { $0 / factor }
        shown.volume = context.volume.map { $0 * factor }
        shown.volumeMean = context.volumeMean.map { $0 * factor }
        return shown
    }

    private func masked(
        _ position: MarketSnapshot.Position, at place: Int
    ) -> MarketSnapshot.Position {
        let factor = factors[place]
        var shown = position
        shown.symbol = SnapshotMask.name(order.firstIndex(of: place) ?? place)
        shown.quantity *= factor
        shown.entry /= factor
        shown.stopLoss = position.stopLoss.map { $0 / factor }
        shown.takeProfit = position.takeProfit.map { $0 / factor }
        // Words of its own could hold a level: only what can be divided is shown.
        shown.condition = position.condition?.map { $0 / factor }
        shown.invalidation = shown.condition?.text
        return shown
    }

    /// Digits that a number loses when it is divided by `factor`.
    private static func digits(of factor: Double) -> Int {
        var digits = 0, power = 1.0
        while power < factor {
            digits += 1
            power *= 10
        }
        return digits
    }

    // MARK: what is answered

    /// Place in the run of the instrument that is shown in a place.
    public func place(shownAt place: Int) -> Int { order[place] }

    /// A price that was shown, or answered, of the instrument in that place of the run.
    public func unmasked(price: Double, at place: Int) -> Double { price * factors[place] }

    /// Returns an answer as if nothing had been hidden. A name that was not shown is none of the
    /// run's, whatever it says: its decision goes to what could not be read.
    ///
    /// - Parameter asked: The snapshot of the question, as it is without the mask.
    public func unmasked(_ answer: ReadAnswer, asked: MarketSnapshot) -> ReadAnswer {
        guard kind != .none else { return answer }
        let shown = masked(asked), names = SymbolIndex(shown)
        var plain = answer
        if answer.asOf == shown.asOf {
            plain.asOf = asked.asOf
        } else if kind.hidesDates {
            // A date cannot be right here, not even the right one.
            plain.asOf = answer.asOf.map { "\($0.prefix(40)), not \(shown.asOf)" }
        }
        guard kind.hidesSymbols else { return plain }
        plain.decisions = []
        for decision in answer.decisions {
            guard let place = names.place(of: decision.symbol).map({ order[$0] }) else {
                plain.unreadable.append(
                    "the symbol \(decision.symbol.prefix(40)) is none that was shown")
                continue
            }
            plain.decisions.append(unmasked(decision, asked.coins[place].symbol, at: place))
        }
        return plain
    }

    private func unmasked(_ decision: Decision, _ symbol: String, at place: Int) -> Decision {
        let factor = factors[place]
        var plain = decision
        plain.symbol = symbol
        plain.quantity = decision.quantity.map { $0 / factor }
        plain.entry = decision.entry.map { $0 * factor }
        plain.stopLoss = decision.stopLoss.map { $0 * factor }
        plain.takeProfit = decision.takeProfit.map { $0 * factor }
        plain.invalidation = decision.invalidation?.map { $0 * factor }
        return plain
    }

    /// A power of two between 1/4096 and 4096, and not 1.
    private static func factor(_ draws: inout SeededGenerator) -> Double {
        let power = Int(draws.next() % 24) - 12
        return Double(sign: .plus, exponent: power < 0 ? power : power + 1, significand: 1)
    }
}
