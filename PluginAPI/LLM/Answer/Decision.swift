/// What a model wants to do in one instrument.
public enum TradeAction: String, Hashable, Sendable, CaseIterable {
    /// Open a long position.
    case openLong = "open_long"
    /// Open a short position.
    case openShort = "open_short"
    /// Close the whole position.
    case close = "close"
    /// Make the position smaller.
    case reduce = "reduce"
    /// Leave everything as it is.
    case hold = "hold"

    /// Whether it adds risk.
    public var opens: Bool { self == .openLong || self == .openShort }
}

/// One decision as it was read: nothing is checked against the market yet. Numbers are finite.
public struct Decision: Hashable, Sendable {
    /// As written.
    public var symbol: String
    /// What to do.
    public var action: TradeAction
    /// For `close_long` and `close_short`: whether the position that it means is long.
    public var closesLong: Bool?
    /// Margin as a share of equity, 0...1.
    public var sizeFraction: Double?
    /// Notional in the quote currency, leverage included.
    public var notional: Double?
    /// Quantity in the base currency.
    public var quantity: Double?
    /// Notional over margin, 1 or more.
    public var leverage: Double?
    /// Limit in the quote currency; nil is the market.
    public var entry: Double?
    /// In the quote currency.
    public var stopLoss: Double?
    /// Distance of the stop from the price, in percent.
    public var stopLossPercent: Double?
    /// In the quote currency.
    public var takeProfit: Double?
    /// When the idea no longer holds.
    public var invalidation: Invalidation?
    /// Probability that the price is higher after `horizonMinutes`, 0...1.
    public var probabilityUp: Double?
    /// Minutes until that is judged.
    public var horizonMinutes: Double?
    /// 0...1.
    public var confidence: Double?
    /// For people.
    public var reason: String

    /// A decision that says no more than this.
    public init(symbol: String, action: TradeAction) {
        self.symbol = symbol
        self.action = action
        reason = ""
    }
}

/// A condition that a program can check.
public enum Invalidation: Hashable, Sendable, Codable {
    /// A bar closes below a price.
    case closeBelow(Double)
    /// A bar closes above a price.
    case closeAbove(Double)
    /// So many minutes have passed.
    case minutes(Double)

    /// The same with another level; minutes stay as they are.
    public func map(_ level: (Double) -> Double) -> Invalidation {
        switch self {
        case .closeBelow(let price): .closeBelow(level(price))
        case .closeAbove(let price): .closeAbove(level(price))
        case .minutes: self
        }
    }

    /// In words, for a prompt.
    public var text: String {
        switch self {
        case .closeBelow(let level): "close below \(level)"
        case .closeAbove(let level): "close above \(level)"
        case .minutes(let minutes): "after \(minutes) minutes"
        }
    }
}

/// What an answer says, before it is checked against the market.
public struct ReadAnswer: Hashable, Sendable {
    /// The decisions that could be read, in their order.
    public var decisions: [Decision] = []
    /// Decisions that could not: what was wrong with each.
    public var unreadable: [String] = []
    /// The time that the answer says it is about, as written.
    public var asOf: String?
    /// What had to be repaired.
    public var repairs: Set<JSONRepair> = []
    /// Why nothing at all could be read; nil when something was.
    public var failure: String?

    /// An answer that says nothing.
    public init() {}

    /// An answer that could not be read.
    static func failed(_ reason: String) -> ReadAnswer {
        var answer = ReadAnswer()
        answer.failure = reason
        return answer
    }
}
