/// A number that models look at: known when a bar closes, and made of nothing later.
public enum Feature: Hashable, Sendable {
    /// ln(close / close of `bars` bars before).
    case priceChange(bars: Int)
    /// (v - w) / (v + w) of the bar's volume and that of `bars` bars before, -1...1; 0 where both
    /// are 0.
    case volumeChange(bars: Int)
    /// Wilder's relative strength index, 0...100.
    case rsi(length: Int)
    /// The histogram of MACD as a part of the close.
    case macd(fast: Int, slow: Int, signal: Int)
    /// (close - mean) / (`width` population deviations); 0 where nothing moves.
    case bollinger(length: Int, width: Int)
    /// Wilder's average true range as a part of the close.
    case atr(length: Int)
    /// Volume over the mean volume of the last `length` bars, this one included; 1 where that is 0.
    case volumeRatio(length: Int)
    /// (bid - ask) / (bid + ask) of the quantities at the best prices, -1...1.
    case bookImbalance
    /// The latest funding rate, a part of a position's worth.
    case funding
    /// ln(open interest / open interest at the close of `bars` bars before).
    case openInterestChange(bars: Int)
    /// The mean score of the texts of the last `bars` bars, -1...1; 0 where there were none.
    case sentiment(bars: Int)

    /// Longest parameter, in bars.
    public static let lengthMax = 100_000

    /// A kind of feature, as it is listed.
    public struct Kind: Sendable {
        /// Its name before the parameters.
        public let name: String
        /// A whole name with the usual parameters.
        public let usage: String
        /// How it is computed.
        public let formula: String
        /// What it is made of beside the bars; empty where they are enough.
        public let source: String
        /// The smallest value of each parameter.
        let least: [Int]
        let make: @Sendable ([Int]) -> Feature?
    }

    /// Every kind.
    public static let all: [Kind] = [
        Kind(
            name: "price_change", usage: "price_change_5", formula: "ln(close / close n before)",
            source: "", least: [1]
        ) { .priceChange(bars: $0[0]) },
        Kind(
            name: "volume_change", usage: "volume_change_5",
            formula: "(v - w) / (v + w), w n before", source: "", least: [1]
        ) { .volumeChange(bars: $0[0]) },
        Kind(
            name: "rsi", usage: "rsi_14", formula: "RSI, 0...100", source: "", least: [1]
        ) { .rsi(length: $0[0]) },
        Kind(
            name: "macd", usage: "macd_12_26_9", formula: "histogram / close", source: "",
            least: [1, 2, 1]
        ) { $0[0] < $0[1] ? .macd(fast: $0[0], slow: $0[1], signal: $0[2]) : nil },
        Kind(
            name: "bollinger", usage: "bollinger_20_2",
            formula: "(close - mean) / (w deviations)", source: "", least: [2, 1]
        ) { .bollinger(length: $0[0], width: $0[1]) },
        Kind(
            name: "atr", usage: "atr_14", formula: "ATR / close", source: "", least: [1]
        ) { .atr(length: $0[0]) },
        Kind(
            name: "volume_ratio", usage: "volume_ratio_20", formula: "volume / mean of n",
            source: "", least: [1]
        ) { .volumeRatio(length: $0[0]) },
        Kind(
            name: "book_imbalance", usage: "book_imbalance", formula: "(bid - ask) / (bid + ask)",
            source: "quotes", least: []
        ) { _ in .bookImbalance },
        Kind(
            name: "funding", usage: "funding", formula: "latest funding rate", source: "funding",
            least: []
        ) { _ in .funding },
        Kind(
            name: "open_interest_change", usage: "open_interest_change_60",
            formula: "ln(open interest / n before)", source: "open_interest", least: [1]
        ) { .openInterestChange(bars: $0[0]) },
        Kind(
            name: "sentiment", usage: "sentiment_60", formula: "mean score of n bars, -1...1",
            source: "texts", least: [1]
        ) { .sentiment(bars: $0[0]) },
    ]

    /// Reads a name such as `rsi_14`.
    ///
    /// - Throws: ``FeatureError``.
    public init(_ name: String) throws(FeatureError) {
        let kinds = Feature.all.filter { name == $0.name || name.hasPrefix($0.name + "_") }
        // The longest name that fits: one kind's may begin with another's.
        guard let kind = kinds.max(by: { $0.name.utf8.count < $1.name.utf8.count }) else {
            throw .unknown(name: name)
        }
        let words = name.dropFirst(kind.name.count).split(
            separator: "_", omittingEmptySubsequences: false
        ).dropFirst()
        let numbers = words.compactMap { Int($0) }
        let isInRange = zip(numbers, kind.least).allSatisfy { $0 >= $1 && $0 <= Feature.lengthMax }
        guard numbers.count == words.count, numbers.count == kind.least.count, isInRange,
            let feature = kind.make(numbers), feature.name == name
        else { throw .parameters(name: name, usage: kind.usage) }
        self = feature
    }

    /// Its name with its parameters.
    public var name: String {
        switch self {
        case .priceChange(let bars): "price_change_\(bars)"
        case .volumeChange(let bars): "volume_change_\(bars)"
        case .rsi(let length): "rsi_\(length)"
        case .macd(let fast, let slow, let signal): "macd_\(fast)_\(slow)_\(signal)"
        case .bollinger(let length, let width): "bollinger_\(length)_\(width)"
        case .atr(let length): "atr_\(length)"
        case .volumeRatio(let length): "volume_ratio_\(length)"
        case .bookImbalance: "book_imbalance"
        case .funding: "funding"
        case .openInterestChange(let bars): "open_interest_change_\(bars)"
        case .sentiment(let bars): "sentiment_\(bars)"
        }
    }

    /// What it is made of beside the bars; empty where they are enough.
    public var source: String {
        switch self {
        case .bookImbalance: "quotes"
        case .funding: "funding"
        case .openInterestChange: "open_interest"
        case .sentiment: "texts"
        default: ""
        }
    }
}

/// Why a text names no feature, or a list is no schema.
public enum FeatureError: Error, Equatable, Sendable {
    /// No feature has this name.
    case unknown(name: String)
    /// The feature is written with other parameters, as in `usage`.
    case parameters(name: String, usage: String)
    /// The feature is in the list twice.
    case doubled(name: String)
    /// The list has no feature, or more than ``FeatureSchema/featuresMax``.
    case count(Int)
    /// Bars of this length there are none, in nanoseconds.
    case interval(Int64)
}
