import RialtoHistory
import RialtoValues
import Testing

private let bars = SeriesDefinition(instrument: .sample(), kind: .bars, interval_ns: minute_ns)
private let trades = SeriesDefinition(instrument: .sample(), kind: .trades, interval_ns: 0)
private let quotes = SeriesDefinition(instrument: .sample(), kind: .quotes, interval_ns: 0)

@Suite struct `An import of text` {
    @Test(arguments: [
        "ts_ms,open,high,low,close,volume\n1546300800000,1.5,2,1,1.75,10.5\n",
        "\u{FEFF}Date,Open,High,Low,Close,Volume\r\n2019-01-01,1.50,2e0,1,1.75,10.5000\r\n",
        "\"time\" , \"open\",high,low,close,\"v\"\n\"2019-01-01 00:00:00\",\"1.5\",2,1,1.75,10.5",
        "volume,close,low,high,open,timestamp\n10.5,1.75,1,2,1.5,1546300800\n\n",
        "extra,ts_us,o,h,l,c,vol\n,1546300800000000,+1.5,200e-2,1.,01.75,10.5\n",
    ])
    func `reads the same bar however it is written`(text: String) throws {
        let result = try imported(text, bars, time: .open)
        #expect(result.report.rows == 1 && result.report.kept == 1)
        let expected: Row = [1_546_300_860_000_000_000, 150, 200, 100, 175, 10_500, 0]
        let row = result.series.row(0)
        #expect((0..<6).allSatisfy { row[$0] == expected[$0] })
    }

    @Test func `reads semicolons, tabs and columns by position`() throws {
        let places = ColumnMap.positions(["time": 2, "open": 3, "high": 4, "low": 5, "close": 6])
        let semicolons = CSVFormat(columns: places, delimiter: .semicolon)
        let first = try imported("x;1546300860;1.5;2;1;1.75\n", bars, format: semicolons)
        let tabs = CSVFormat(columns: places, delimiter: .tab, linesSkipped: 1)
        let second = try imported("title\n\t1546300860\t1.5\t2\t1\t1.75\n", bars, format: tabs)
        #expect(first.series.isEqual(to: second.series) && first.series.count == 1)
        #expect(first.series.bars?.volume[0] == 0)
    }

    @Test func `reads trades with their venue's time and side`() throws {
        let text =
            "recv_ts_ns,trade_ts_ms,price,qty,buyer_is_maker\n5,1000000000000,1,2,1\n"
            + "5,999999999999,1,2,0\n"
        let series = try imported(text, trades).series
        #expect(series.trades?.takerSide[0] == 2 && series.trades?.takerSide[1] == 1)
        #expect(series.trades?.venue_time_ns[1] == 999_999_999_999_000_000)
        let words = try imported(
            "time,price,size,side\n1,1,1,Buy\n2,1,1,SELL\n3,1,1,-1\n4,1,1,\n", trades
        ).series
        #expect((0..<4).map { words.trades?.takerSide[$0] } == [1, 2, 2, 0])
        #expect(words.trades?.venue_time_ns[3] == 4_000_000_000)
    }

    @Test func `reads quotes without quantities`() throws {
        let series = try imported(
            "timestamp,bid,ask\n2013-01-01 22:00:00.295000+00:00,86.65,86.72\n", quotes
        ).series
        #expect(series.quotes?.bidPrice[0] == 8665 && series.quotes?.askQuantity[0] == 0)
        #expect(series.quotes?.time_ns[0] == 1_357_077_600_295_000_000)
    }

    @Test func `names the columns it found when one is missing`() {
        let error = failure("ts,o,h,l\n1,1,1,1\n", bars)
        #expect(error?.kind == .missingColumn && error?.field == "close")
        #expect(error?.found == "columns ts, o, h, l" && error?.line == 1)
        let named = CSVFormat(columns: .names(["close": "settle"]))
        let unnamed = failure("ts,o,h,l,c\n1,1,1,1,1\n", bars, named)
        #expect(unnamed?.field == "close" && unnamed?.summary.contains("named settle") == true)
        let wrong = CSVFormat(columns: .names(["klose": "c"]))
        #expect(failure("ts,o,h,l,c\n1,1,1,1,1\n", bars, wrong)?.kind == .option)
    }

    @Test(arguments: [
        ("60,1.005,2,1,2,1", "open", HistoryError.Kind.value), ("60,x,2,1,2,1", "open", .value),
        ("60,1,2,1,,1", "close", .value), ("noon,1,2,1,2,1", "time", .value),
        ("60,nan,2,1,2,1", "open", .value), ("60,1e30,2,1,2,1", "open", .value),
        ("60,0,2,1,2,1", "open", .impossible), ("60,1,1.5,1,2,1", "high", .impossible),
        ("60,1,2,1.5,2,1", "low", .impossible), ("60,1,2,1,2,-1", "volume", .impossible),
        ("0,1,2,1,2,1", "time", .order), ("-1,1,2,1,2,1", "time", .order),
        ("59,1,2,1,2,1", "time", .order),
    ])
    func `refuses a bad row and names its line and field`(
        row: String, field: String, kind: HistoryError.Kind
    ) {
        let first = "time,open,high,low,close,volume\n0,1,2,1,2,2\n"
        let seconds = CSVFormat(timeUnit: .seconds)
        let error = failure(first + row + "\n", bars, seconds)
        #expect(error?.line == 3 && error?.field == field && error?.file == "sample.csv")
        #expect(error?.kind == kind || (kind == .order && error?.kind == .conflict))
        #expect(error?.found != nil && error?.allowed != nil)
    }

    @Test func `drops and counts bad rows when told to clean, and every row is accounted for`()
        throws
    {
        let text = """
            time,open,high,low,close,volume
            180,1,2,1,2,1
            60,1,2,1,2,1
            60,1,2,1,2,1
            60,1,2,1,2,7
            100,1,2,1,2,1
            120,0,2,1,2,1
            120,1,0.5,1,2,1
            oops,1,2,1,2,1
            120,1,2
            240,1,2,1,2,0.00045
            """
        let report = try imported(text, bars, rules: .clean, format: CSVFormat(timeUnit: .seconds))
            .report
        #expect(report.rows == 10 && report.kept == 3)
        #expect(
            report.dropped == [
                .duplicate: 1, .conflict: 1, .overlap: 1, .impossible(.priceNotPositive): 1,
                .impossible(.highTooLow): 1, .unreadable: 2,
            ])
        #expect(report.kept + report.droppedCount == report.rows)
        #expect(report.outOfOrder > 0 && report.quantitiesRounded == 1)
        #expect(
            report.gaps.count == 1 && report.gaps.longest_ns == 2 * minute_ns
                && report.gaps.missingBars == 1)
        #expect(report.examples.contains { $0.line == 9 })
    }

    @Test func `refuses a price with too many decimals even when it cleans`() {
        let error = failure("time,open,high,low,close\n60,1,2,1,1.005\n", bars, CSVFormat(), .clean)
        #expect(
            error?.found == "1.005, 3 decimals"
                && error?.allowed == "2 decimals, those of the instrument")
    }

    @Test func `rounds a volume half to even and counts it`() throws {
        var random = SeededGenerator(seed: 4)
        for turn in 0..<500 {
            let digits = Int64.random(in: 1_000...99_999_999, using: &random)
            // Every second one lies right between two units.
            let number = turn % 2 == 0 ? digits / 1_000 * 1_000 + 500 : digits
            let text = ExactDecimal.text(Int128(number), decimals: 6)
            let result = try imported("time,price,size\n1,1," + text + "\n", trades)
            let expected = try ExactDecimal.roundedUnits(text.utf8, decimals: 3)
            #expect(result.series.trades?.quantity[0] == expected.units, "\(text)")
            #expect(result.report.quantitiesRounded == (expected.rounded ? 1 : 0))
        }
    }

    @Test func `refuses a quote that does not end and a file that is no text`() {
        #expect(failure("time,price,size\n1,\"1,1\n", trades)?.kind == .value)
        #expect(failure("", trades)?.kind == .format)
        #expect(failure(String(repeating: "x", count: 1 << 22), trades)?.kind == .format)
    }

    @Test func `tells its progress up to the last byte`() throws {
        let text = "time,price,size\n" + (1...200_000).map { "\($0),1,1\n" }.joined()
        let input = ByteInput(name: "x", bytes: gzip(Array(text.utf8)))
        var steps: [ImportProgress] = []
        _ = try Importer.trades(rules: .strict).csv(
            input, .sample(), format: CSVFormat(), progress: { steps.append($0) })
        #expect(steps.count == 4 && steps.last?.rows == 200_000)
        #expect(steps.last?.bytesRead == steps.last?.bytesTotal)
    }

    private func failure(
        _ text: String, _ definition: SeriesDefinition, _ format: CSVFormat = CSVFormat(),
        _ rules: ImportRules = .strict
    ) -> HistoryError? {
        do throws(HistoryError) {
            _ = try imported(text, definition, rules: rules, format: format)
            return nil
        } catch { return error }
    }
}

@Suite struct `A scan of text` {
    @Test func `proposes the decimals that hold every number`() throws {
        let text = "time,price,size\n1,3832.6286242,1.500\n2,10,0.00000001\n3,x,1\n"
        let scan = try InstrumentScan(
            ByteInput(name: "x", bytes: Array(text.utf8)), .trades, format: CSVFormat())
        #expect(scan.rows == 2 && scan.unreadable == 1 && scan.holdsAllPrices)
        #expect(scan.priceDecimals == 7 && scan.quantityDecimals == 8)
    }

    @Test func `leaves headroom, and says so when a price does not fit`() throws {
        let text = "time,price,size\n1,123456.123456789012,1\n"
        let scan = try InstrumentScan(
            ByteInput(name: "x", bytes: Array(text.utf8)), .trades, format: CSVFormat())
        #expect(scan.priceDecimals == 9 && !scan.holdsAllPrices)
    }
}
