extension IndicatorCatalog {
    /// All indicators, in the order of their names.
    public static let entries: [Entry] = [
        onBars("ADX_14", 2) { ADX.column(high: $0.high, low: $0.low, close: $0.close, length: $1) },
        onBars("ATR_14", 1) { ATR.column(high: $0.high, low: $0.low, close: $0.close, length: $1) },
        Entry(
            name: "BBANDS", usage: "BBANDS_20_2", outputs: ["upper", "middle", "lower"],
            least: [1, 0]
        ) { bars, n in
            let bands = Bollinger.columns(bars.close, length: Int(n[0]), width: n[1])
            return [bands.upper, bands.middle, bands.lower]
        },
        onBars("CCI_20", 2) { CCI.column(high: $0.high, low: $0.low, close: $0.close, length: $1) },
        onBars("EMA_20", 1) { EMA.column($0.close, length: $1) },
        Entry(
            name: "MACD", usage: "MACD_12_26_9", outputs: ["macd", "signal", "hist"],
            least: [1, 2, 1]
        ) { bars, n in
            let lines = MACD.columns(
                bars.close, fast: Int(n[0]), slow: Int(n[1]), signal: Int(n[2]))
            return [lines.macd, lines.signal, lines.histogram]
        },
        onBars("MFI_14", 1) {
            MFI.column(
                high: $0.high, low: $0.low, close: $0.close, volume: $0.volume, length: $1)
        },
        onBars("MINUS_DI_14", 2) {
            DirectionalMovement.columns(
                high: $0.high, low: $0.low, close: $0.close, length: $1
            ).minus
        },
        Entry(name: "OBV", usage: "OBV", outputs: ["value"], least: []) { bars, _ in
            [OBV.column(close: bars.close, volume: bars.volume)]
        },
        onBars("PLUS_DI_14", 2) {
            DirectionalMovement.columns(
                high: $0.high, low: $0.low, close: $0.close, length: $1
            ).plus
        },
        onBars("ROC_10", 1) { ROC.column($0.close, length: $1) },
        onBars("RSI_14", 1) { RSI.column($0.close, length: $1) },
        onBars("SMA_20", 1) { SMA.column($0.close, length: $1) },
        onBars("STDDEV_20", 1) { StandardDeviation.column($0.close, length: $1) },
        Entry(name: "STOCH", usage: "STOCH_14_3_3", outputs: ["k", "d"], least: [1, 1, 1]) {
            bars, n in
            let lines = Stochastic.columns(
                high: bars.high, low: bars.low, close: bars.close, length: Int(n[0]),
                smooth: Int(n[1]), signal: Int(n[2]))
            return [lines.k, lines.d]
        },
        Entry(name: "TRANGE", usage: "TRANGE", outputs: ["value"], least: []) { bars, _ in
            [TrueRange.column(high: bars.high, low: bars.low, close: bars.close)]
        },
        Entry(
            name: "VWAP_cumulative", usage: "VWAP_cumulative", outputs: ["value"], least: []
        ) { bars, _ in
            [
                VWAP.column(
                    high: bars.high, low: bars.low, close: bars.close, volume: bars.volume,
                    length: nil)
            ]
        },
        onBars("VWAP_rolling_20", 1) {
            VWAP.column(
                high: $0.high, low: $0.low, close: $0.close, volume: $0.volume, length: $1)
        },
        onBars("WILLR_14", 1) {
            WilliamsR.column(high: $0.high, low: $0.low, close: $0.close, length: $1)
        },
    ]

    /// An indicator with one whole parameter, at least `least`, and one column out.
    private static func onBars(
        _ usage: String, _ least: Double,
        compute: @escaping @Sendable (BarColumns, Int) -> IndicatorColumn
    ) -> Entry {
        let name = usage.split(separator: "_").dropLast().joined(separator: "_")
        return Entry(name: name, usage: usage, outputs: ["value"], least: [least]) { bars, n in
            [compute(bars, Int(n[0]))]
        }
    }
}
