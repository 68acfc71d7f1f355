import Foundation
import RialtoHistory
import RialtoValues
import Testing

/// The folder of real market data beside the repository, or where RIALTO_SHARED says; nil without
/// one.
let marketData: String? = {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent()
        .deletingLastPathComponent()
    let shared =
        ProcessInfo.processInfo.environment["RIALTO_SHARED"]
        ?? root.deletingLastPathComponent().appendingPathComponent("shared").path
    let path = shared + "/data"
    return FileManager.default.fileExists(atPath: path) ? path : nil
}()

@Suite(.enabled(if: marketData != nil, "no real market data in ../shared/data"))
struct `Real market data` {
    @Test func `of 2019 has the bars and gaps that are known of it`() throws {
        let file = try path("crypto-1m/bitfinex-BTCUSD-1m-2019.csv.gz")
        let scan = try InstrumentScan(ByteInput(path: file), .bars, format: CSVFormat())
        let instrument = Instrument.sample(
            priceDecimals: scan.priceDecimals, quantityDecimals: scan.quantityDecimals)
        let result = try Importer.bars(interval_ns: minute_ns, time: .open, rules: .strict)
            .csv(ByteInput(path: file), instrument, format: CSVFormat())
        #expect(result.report.rows == 512_727 && result.report.kept == 512_727)
        #expect(result.report.gaps.count == 9_955)
        #expect(result.report.gaps.longest_ns == 198 * minute_ns)
        #expect(result.report.firstTime_ns == UnixTime.parse("2019-01-01T00:01:00Z".utf8))
        let price = try ExactDecimal.units("3832.6286242".utf8, decimals: scan.priceDecimals)
        #expect(result.series.bars?.open[0] == price)
    }

    @Test(arguments: [
        ("trades/binance-spot-BTCUSDT-trades-20240809.csv.gz", 10_147),
        ("trades/binance-usdm-ETHUSDT-trades-20240808.csv.gz", 14_076),
    ])
    func `of trades is read with both clocks`(file: String, rows: Int) throws {
        let result = try Importer.trades(rules: .strict)
            .csv(ByteInput(path: path(file)), .sample(quantityDecimals: 5), format: CSVFormat())
        #expect(result.report.kept == rows && result.report.quantitiesRounded == 0)
        #expect(result.series.trades?.venue_time_ns[0] != result.series.trades?.time_ns[0])
        let bars = try result.series.resampled(to: minute_ns, partialLast: .keep)
        let volume = (0..<rows).reduce(Int64(0)) { $0 + (result.series.trades?.quantity[$1] ?? 0) }
        #expect((0..<bars.count).reduce(Int64(0)) { $0 + (bars.bars?.volume[$1] ?? 0) } == volume)
    }

    @Test func `without a header is read by position`() throws {
        let map = ColumnMap.positions(["side": 2, "quantity": 3, "price": 4, "time": 5])
        let result = try Importer.trades(rules: .strict).csv(
            ByteInput(path: path("trades/binance-FXSUSDT-aggTrades-20231117.csv")),
            .sample(priceDecimals: 4), format: CSVFormat(columns: map))
        #expect(result.report.kept == 3_600 && result.series.trades?.takerSide[0] == 2)
    }

    @Test func `of quotes, of daily bars and of offsets is read`() throws {
        let quotes = try Importer.quotes(rules: .strict).csv(
            ByteInput(path: path("fx-tick/truefx-usdjpy-ticks.csv")), .sample(priceDecimals: 3),
            format: CSVFormat())
        #expect(quotes.report.kept == 1_000)
        let daily = try Importer.bars(interval_ns: 1440 * minute_ns, time: .open, rules: .strict)
            .csv(
                ByteInput(path: path("equity-daily/GOOG-1d.csv")), .sample(priceDecimals: 4),
                format: CSVFormat(
                    columns: .positions([
                        "time": 1, "open": 2, "high": 3, "low": 4, "close": 5, "volume": 6,
                    ]), linesSkipped: 1))
        #expect(daily.report.kept == 2_148)
        let offsets = try Importer.bars(interval_ns: minute_ns, time: .open, rules: .strict).csv(
            ByteInput(path: path("fx-1m/fxcm-usdjpy-m1-bid-2013.csv.gz")),
            .sample(priceDecimals: 3),
            format: CSVFormat())
        #expect(offsets.report.kept == 28_761)
    }

    private func path(_ file: String) throws -> String { try #require(marketData) + "/" + file }
}
