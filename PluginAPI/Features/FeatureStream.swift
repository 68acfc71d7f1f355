import Glibc
import RialtoIndicators

/// Makes the rows of a schema for one instrument. Everything goes in in order of time; a row is
/// made of what came before it. Use it on one thread.
///
/// - Complexity: O(features) a bar, O(1) for everything else; no allocation after the start.
public struct FeatureStream: Sendable {
    /// What the rows hold.
    public let schema: FeatureSchema
    /// The row of the latest bar, NaN where something is not known yet.
    public private(set) var row: [Double]
    private var makers: [FeatureMaker]
    private var known = FeatureFacts()

    /// A stream that has seen nothing.
    public init(_ schema: FeatureSchema) {
        self.schema = schema
        row = [Double](repeating: .nan, count: schema.features.count)
        makers = schema.features.map(FeatureMaker.init)
    }

    /// The quantities at the best prices, 0 or more, in any one unit.
    public mutating func take(bid: Double, ask: Double) {
        known.imbalance = bid + ask > 0 ? (bid - ask) / (bid + ask) : .nan
    }

    /// A funding rate was fixed, a part of a position's worth.
    public mutating func take(fundingRate: Double) { known.funding = fundingRate }

    /// Contracts that are open, above 0, in any one unit.
    public mutating func take(openInterest: Double) { known.openInterest = openInterest }

    /// The score of a text, -1...1.
    public mutating func take(sentiment: Double) {
        known.scores += min(1, max(-1, sentiment))
        known.texts += 1
    }

    /// A bar closed. Makes the next ``row``.
    ///
    /// - Parameters: Prices above 0 in any one unit; `volume` 0 or more.
    public mutating func take(
        open: Double, high: Double, low: Double, close: Double, volume: Double
    ) {
        let bar = FeatureBar(high: high, low: low, close: close, volume: volume)
        for index in makers.indices {
            let value = makers[index].update(bar, known)
            row[index] = value.isFinite ? value : .nan
        }
        known.scores = 0
        known.texts = 0
    }

    /// Whether every number of ``row`` is known.
    public var isWhole: Bool { row.allSatisfy { !$0.isNaN } }
}

/// What features ask of a bar.
struct FeatureBar: Sendable {
    let high: Double
    let low: Double
    let close: Double
    let volume: Double
}

/// What is known when a bar closes, beside it.
struct FeatureFacts: Sendable {
    var imbalance = Double.nan
    var funding = Double.nan
    var openInterest = Double.nan
    /// Sum of the scores since the bar before, and how many there were.
    var scores = 0.0
    var texts = 0.0
}

/// One feature with what it remembers.
enum FeatureMaker: Sendable {
    case change(Window)
    case volumeChange(Window)
    case rsi(RSI)
    case macd(MACD)
    case bollinger(Bollinger)
    case atr(ATR)
    case volumeRatio(SMA)
    case imbalance
    case funding
    case openInterest(Window)
    case sentiment(scores: SMA, texts: SMA)
    /// While it is updated: what it remembers has one owner then, and is not copied.
    case inUse

    init(_ feature: Feature) {
        self =
            switch feature {
            case .priceChange(let bars): .change(Window(length: bars))
            case .volumeChange(let bars): .volumeChange(Window(length: bars))
            case .rsi(let length): .rsi(RSI(length: length))
            case .macd(let fast, let slow, let signal):
                .macd(MACD(fast: fast, slow: slow, signal: signal))
            case .bollinger(let length, let width):
                .bollinger(Bollinger(length: length, width: Double(width)))
            case .atr(let length): .atr(ATR(length: length))
            case .volumeRatio(let length): .volumeRatio(SMA(length: length))
            case .bookImbalance: .imbalance
            case .funding: .funding
            case .openInterestChange(let bars): .openInterest(Window(length: bars))
            case .sentiment(let bars):
                .sentiment(scores: SMA(length: bars), texts: SMA(length: bars))
            }
    }

    /// The feature at the close of a bar; NaN while it is not known.
    mutating func update(_ bar: FeatureBar, _ known: FeatureFacts) -> Double {
        switch self {
        case .change(var window):
            self = .inUse
            defer { self = .change(window) }
            return Self.logChange(&window, bar.close)
        case .volumeChange(var window):
            self = .inUse
            defer { self = .volumeChange(window) }
            return Self.evenChange(&window, bar.volume)
        case .rsi(var rsi):
            self = .inUse
            defer { self = .rsi(rsi) }
            return rsi.update(bar.close) ?? .nan
        case .macd(var macd):
            self = .inUse
            defer { self = .macd(macd) }
            return (macd.update(bar.close)?.histogram ?? .nan) / bar.close
        case .bollinger(var bands):
            self = .inUse
            defer { self = .bollinger(bands) }
            return Self.position(bands.update(bar.close), bar.close)
        case .atr(var atr):
            self = .inUse
            defer { self = .atr(atr) }
            let range = atr.update(high: bar.high, low: bar.low, close: bar.close)
            return (range ?? .nan) / bar.close
        case .volumeRatio(var mean):
            self = .inUse
            defer { self = .volumeRatio(mean) }
            guard let usual = mean.update(bar.volume) else { return .nan }
            return usual > 0 ? bar.volume / usual : 1
        case .inUse: return .nan
        case .imbalance: return known.imbalance
        case .funding: return known.funding
        case .openInterest(var window):
            self = .inUse
            defer { self = .openInterest(window) }
            return Self.logChange(&window, known.openInterest)
        case .sentiment(var scores, var texts):
            self = .inUse
            defer { self = .sentiment(scores: scores, texts: texts) }
            // Both are updated before either is asked: they warm up together.
            let sum = scores.update(known.scores), count = texts.update(known.texts)
            guard let sum, let count else { return .nan }
            return count > 0 ? sum / count : 0
        }
    }

    /// ln(value / the oldest of the window), then puts the value in.
    private static func logChange(_ window: inout Window, _ value: Double) -> Double {
        defer { window.push(value) }
        guard window.isFull, value > 0, window.oldest > 0 else { return .nan }
        return log(value / window.oldest)
    }

    /// (value - oldest) / (value + oldest), then puts the value in.
    private static func evenChange(_ window: inout Window, _ value: Double) -> Double {
        defer { window.push(value) }
        guard window.isFull else { return .nan }
        let sum = value + window.oldest
        return sum > 0 ? (value - window.oldest) / sum : 0
    }

    /// Where a close lies between the bands: -1 at the lower one, 1 at the upper one.
    private static func position(_ bands: Bollinger.Value?, _ close: Double) -> Double {
        guard let bands else { return .nan }
        let reach = bands.upper - bands.middle
        return reach > 0 ? (close - bands.middle) / reach : 0
    }
}
