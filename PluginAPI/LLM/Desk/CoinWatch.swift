import RialtoIndicators

/// Makes a coin's part of a snapshot from what becomes known of it: closed bars of three minutes
/// and four hours, funding and open interest, each in order of time. Use it on one thread.
///
/// - Complexity: O(1) a bar.
public struct CoinWatch: Sendable, Codable {
    /// Rows of a list, as in the Alpha Arena.
    public static let rows = 10

    private var coin: MarketSnapshot.Coin
    private var ema20 = EMA(length: 20)
    private var macd = MACD(fast: 12, slow: 26, signal: 9)
    private var rsi7 = RSI(length: 7)
    private var rsi14 = RSI(length: 14)
    private var longEMA20 = EMA(length: 20)
    private var longEMA50 = EMA(length: 50)
    private var atr3 = ATR(length: 3)
    private var atr14 = ATR(length: 14)
    private var longMACD = MACD(fast: 12, slow: 26, signal: 9)
    private var longRSI14 = RSI(length: 14)
    private var volumes: [Double] = []
    private var interests: [Double] = []

    /// A watch that has seen nothing.
    public init(
        symbol: String, name: String, quote: String, priceDecimals: Int, quantityDecimals: Int
    ) {
        coin = MarketSnapshot.Coin(
            symbol: symbol, name: name, quote: quote, priceDecimals: priceDecimals,
            quantityDecimals: quantityDecimals)
    }

    /// What is known now.
    public var snapshot: MarketSnapshot.Coin { coin }

    /// A bar of three minutes closed.
    ///
    /// - Parameter mid: Between best bid and ask at that time, or the close where no book is known.
    public mutating func take(intradayClose close: Double, mid: Double) {
        coin.price = close
        CoinWatch.keep(mid, in: &coin.intraday.mids)
        CoinWatch.keep(ema20.update(close), in: &coin.intraday.ema20)
        CoinWatch.keep(macd.update(close)?.macd, in: &coin.intraday.macd)
        CoinWatch.keep(rsi7.update(close), in: &coin.intraday.rsi7)
        CoinWatch.keep(rsi14.update(close), in: &coin.intraday.rsi14)
    }

    /// A bar of four hours closed.
    public mutating func take(
        contextHigh high: Double, low: Double, close: Double, volume: Double
    ) {
        coin.context.ema20 = longEMA20.update(close)
        coin.context.ema50 = longEMA50.update(close)
        coin.context.atr3 = atr3.update(high: high, low: low, close: close)
        coin.context.atr14 = atr14.update(high: high, low: low, close: close)
        CoinWatch.keep(longMACD.update(close)?.macd, in: &coin.context.macd)
        CoinWatch.keep(longRSI14.update(close), in: &coin.context.rsi14)
        coin.context.volume = volume
        coin.context.volumeMean = CoinWatch.mean(adding: volume, to: &volumes)
    }

    /// A price became known between two bars.
    public mutating func take(price: Double) { coin.price = price }

    /// A funding rate was fixed, as a share for one interval.
    public mutating func take(funding: Double) { coin.funding = funding }

    /// Contracts that are open; the mean is that of the last ten.
    public mutating func take(openInterest: Double) {
        coin.openInterest = openInterest
        coin.openInterestMean = CoinWatch.mean(adding: openInterest, to: &interests)
    }

    private static func keep(_ value: Double?, in list: inout [Double]) {
        guard let value else { return }
        list.append(value)
        if list.count > rows { list.removeFirst() }
    }

    private static func mean(adding value: Double, to list: inout [Double]) -> Double {
        keep(value, in: &list)
        return list.reduce(0, +) / Double(list.count)
    }
}
