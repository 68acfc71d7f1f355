import RialtoLLM

/// Six coins whose numbers are formulas, so that a golden prompt can be computed by other means.
enum SixCoins {
    static let names = ["BTC", "ETH", "SOL", "BNB", "XRP", "DOGE"]
    private static let decimals = [1, 2, 2, 2, 4, 5]
    private static let quantityDecimals = [3, 3, 2, 2, 0, 0]
    private static let units = [1_090_145, 387_612, 18_954, 110_325, 24_377, 19_547]

    static let snapshot = MarketSnapshot(
        asOf_ns: 1_761_213_500_594_018_000, minutesSinceStart: 7290, invocation: 2431,
        coins: names.indices.map(coin),
        account: MarketSnapshot.Account(
            currency: "USDT", returnPercent: 25.1, cash: 4927.64, value: 12_550.5, sharpe: 0.302,
            positions: [
                MarketSnapshot.Position(
                    symbol: "BTC/USDT", quantity: 0.12, entry: 107_343, profit: 200.58,
                    leverage: 10, stopLoss: 102_026.675, takeProfit: 118_136.15,
                    invalidation: "close_below 105000"),
                MarketSnapshot.Position(
                    symbol: "DOGE/USDT", quantity: -27_858, entry: 0.1848, profit: -297.25,
                    leverage: 5, takeProfit: 0.16),
            ]))

    /// The same market, and an account without positions.
    static var flat: MarketSnapshot {
        var snapshot = snapshot
        snapshot.account.positions = []
        return snapshot
    }

    private static func coin(_ index: Int) -> MarketSnapshot.Coin {
        let places = decimals[index], base = units[index]
        var coin = MarketSnapshot.Coin(
            symbol: names[index] + "/USDT", name: names[index], quote: "USDT",
            priceDecimals: places, quantityDecimals: quantityDecimals[index])
        coin.price = share(base, places)
        coin.openInterest = index == 5 ? nil : share(2_588_011 + index * 1001, 2)
        coin.openInterestMean = index == 5 ? nil : share(2_589_897 + index * 77, 3)
        coin.funding = share(125 - index * 60, 7)
        coin.intraday = intraday(index, base, places)
        coin.context = context(index, base, places)
        return coin
    }

    private static func intraday(
        _ index: Int, _ base: Int, _ places: Int
    ) -> MarketSnapshot.Intraday {
        var rows = MarketSnapshot.Intraday()
        rows.mids = (0..<10).map { share(base + ($0 - 9) * (index + 3), places) }
        rows.ema20 = (0..<10).map { share(base * 10 + ($0 * 7 - 31) * (index + 1), places + 1) }
        rows.macd = (0..<10).map { share(($0 * 13 - 57) * (index + 1), places + 2) }
        rows.rsi7 = (0..<10).map { share(($0 * 7919 + index * 104_729) % 1_000_000, 4) }
        rows.rsi14 = (0..<10).map { share(($0 * 6151 + index * 15_485_863) % 1_000_000, 4) }
        return rows
    }

    private static func context(
        _ index: Int, _ base: Int, _ places: Int
    ) -> MarketSnapshot.Context {
        var rows = MarketSnapshot.Context()
        rows.ema20 = share(base * 10 + 55 * (index + 1), places + 1)
        rows.ema50 = share(base * 10 - 105 * (index + 1), places + 1)
        rows.atr3 = share(base / 200, places)
        rows.atr14 = share(base / 150, places)
        rows.volume = share(20_600 + index * 7, 3)
        rows.volumeMean = share(5_132_345 + index, 3)
        rows.macd = (0..<10).map { share(($0 * 29 - 111) * (index + 2), places + 2) }
        rows.rsi14 = (0..<10).map { share(($0 * 3571 + index * 32_452_843) % 1_000_000, 4) }
        return rows
    }

    /// `units` * 10^-`places`, as the nearest double.
    private static func share(_ units: Int, _ places: Int) -> Double {
        Double(units) / (0..<places).reduce(1.0) { power, _ in power * 10 }
    }
}
