import RialtoHistory
import RialtoTestSupport
import RialtoValues

/// A data folder with minutes of A/USD, a random walk that follows from the seed, and a built
/// plugin below `plugins`.
func minutesOfACoin(_ count: Int, seed: UInt64, plugin: String) throws -> ScratchFolder {
    let scratch = try ScratchFolder()
    var random = SeededGenerator(seed: seed)
    var bars = try SeriesBuilder(
        SeriesDefinition(
            instrument: sketchCoin("A/USD"), kind: .bars, interval_ns: MarketSketch.minute))
    for bar in MarketSketch.randomBars(count, instrument: 0, offset_ns: 0, using: &random) {
        try bars.append(
            bar: bar.time_ns, open: bar.open, high: bar.high, low: bar.low, close: bar.close,
            volume: bar.volume)
    }
    try HistoryFolder(path: scratch.path + "/history").write(bars.finish())
    try installBuilt(plugin, in: scratch.path + "/plugins")
    return scratch
}
