import RialtoHistory
import RialtoValues
import Testing

extension SmallStream {
    /// As Binance documents `markPriceUpdate`; its `T` is the next funding.
    mutating func mark(_ price: String, index: String? = "10.12345678", at time_ms: Int64) {
        let index = index.map { #""i":"\#($0)","# } ?? ""
        line(
            #"{"e":"markPriceUpdate","E":\#(time_ms),"s":"ABUSDT","p":"\#(price)",\#(index)"#
                + #""P":"11.00","r":"0.00038167","T":1700006400000}"#)
    }

    /// As Binance documents `forceOrder`.
    mutating func forced(_ side: String, average: String = "9.905", done: String = "2.5") {
        line(
            #"{"stream":"abusdt@forceOrder","data":{"e":"forceOrder","E":1700000000009,"o":{"#
                + #""s":"ABUSDT","S":"\#(side)","o":"LIMIT","f":"IOC","q":"3.5","p":"9.91","#
                + #""ap":"\#(average)","X":"FILLED","l":"1","z":"\#(done)","T":1700000000008}}}"#)
    }

    /// The answer to a request for open interest, as a poller writes it down.
    mutating func openInterest(_ quantity: String) {
        line(#"{"openInterest":"\#(quantity)","symbol":"ABUSDT","time":1700000000005}"#)
    }
}

/// Prices of two decimals and quantities of one, beside what is said of the contract.
private func sample() -> SmallStream {
    var stream = SmallStream()
    stream.quote(1, bid: "10.01", ask: "10.5")
    stream.trade(7)
    stream.mark("10.12500000", at: 1_700_000_000_001)
    stream.openInterest("10659.5")
    stream.forced("SELL")
    stream.mark("10.13500000", index: nil, at: 1_700_000_000_002)
    return stream
}

@Suite struct `A recorded stream of a contract` {
    @Test func `gives marks, rounded to the prices of orders, half to even`() throws {
        let result = try streamed(sample().lines)
        #expect(result.report.markMessages == 2 && result.report.otherMessages == 0)
        let marks = try #require(result.series(.marks)), columns = try #require(marks.marks)
        #expect(marks.instrument.priceDecimals == 2, "as the quotes, not as the marks")
        #expect(columns.count == 2)
        #expect(columns.markPrice[0] == 1012 && columns.markPrice[1] == 1014)
        #expect(columns.indexPrice[0] == 1012 && columns.indexPrice[1] == 0)
        #expect(columns.venue_time_ns[1] == 1_700_000_000_002_000_000, "not the next funding")
        #expect(columns.time_ns[0] == 1_700_000_000_000_003_000)
    }

    @Test func `gives open interest and liquidations`() throws {
        let result = try streamed(sample().lines)
        let open = try #require(result.series(.openInterest))
        #expect(open.count == 1 && result.report.openInterestMessages == 1)
        #expect(open.row(0)[2] == 10660, "as many decimals as what is traded has")
        #expect(open.row(0)[1] == 1_700_000_000_005_000_000)
        let closed = try #require(result.series(.liquidations))
        #expect(closed.count == 1 && result.report.liquidationMessages == 1)
        #expect((2..<5).map { closed.row(0)[$0] } == [2, 990, 2])
        #expect(result.series.map(\.series.kind).count == 5)
    }

    @Test func `takes an order that nothing is executed of as it was ordered`() throws {
        var stream = SmallStream()
        stream.trade(1)
        stream.forced("BUY", average: "0", done: "0")
        let closed = try #require(try streamed(stream.lines).series(.liquidations))
        #expect((2..<5).map { closed.row(0)[$0] } == [1, 991, 4])
    }

    @Test func `has the decimals of its marks where nothing else is in it`() throws {
        var stream = SmallStream()
        stream.mark("10.12500000", index: "10.1", at: 1)
        let marks = try #require(try streamed(stream.lines).series(.marks))
        #expect(marks.instrument.priceDecimals == 3 && marks.row(0)[2] == 10_125)
    }

    @Test func `counts a mark that comes again or late once`() throws {
        var stream = sample()
        stream.mark("10.14", at: 1_700_000_000_002)
        stream.mark("10.15", at: 1_700_000_000_001)
        let result = try streamed(stream.lines)
        #expect(result.series(.marks)?.count == 2 && result.report.repeated == 2)
    }

    @Test(arguments: [
        (#"{"e":"markPriceUpdate","E":1,"s":"ABUSDT","p":"x","T":2}"#, "mark price"),
        (#"{"e":"markPriceUpdate","E":1,"s":"ABUSDT","T":2}"#, "p"),
        (#"{"e":"markPriceUpdate","s":"ABUSDT","p":"1","T":2}"#, "E"),
        (#"{"e":"forceOrder","E":1}"#, "o"),
        (#"{"e":"forceOrder","E":1,"o":{"s":"ABUSDT","S":"HOLD","p":"1","q":"1"}}"#, "S"),
        (#"{"e":"forceOrder","E":1,"o":{"s":"ABUSDT","S":"BUY","p":"1"}}"#, "q"),
        (#"{"e":"forceOrder","E":1,"o":{"S":"BUY","p":"1","q":"1"}}"#, "s"),
        (#"{"openInterest":"many","symbol":"ABUSDT","time":1}"#, "open interest"),
    ])
    func `names the field that it lacks or cannot use`(message: String, field: String) throws {
        var stream = sample()
        stream.line(message)
        let error = #expect(throws: HistoryError.self) { try streamed(stream.lines) }
        #expect(error?.field == field && error?.line == 7, "\(String(describing: error))")
        let cleaned = try streamed(stream.lines, rules: .clean)
        #expect(cleaned.report.unreadable == 1 && cleaned.series.count == 6, "and a gap")
    }
}

@Suite struct `A table of a contract` {
    private let instrument = Instrument.sample()

    private func definition(_ kind: SeriesKind) -> SeriesDefinition {
        SeriesDefinition(instrument: instrument, kind: kind, interval_ns: 0)
    }

    @Test func `gives marks with the index where it has one`() throws {
        let text = "time,markPrice,indexPrice\n2021-01-01,10.125,10.1\n2021-01-02,10.2,\n"
        let found = try imported(text, definition(.marks))
        #expect(found.report.rows == 2 && found.report.quantitiesRounded == 1)
        #expect(found.series.row(0)[2] == 1012 && found.series.row(0)[3] == 1010)
        #expect(found.series.row(1)[3] == 0)
        let written = String(
            decoding: try exported(found.series, CSVExport(times: .iso, barTime: .close)),
            as: UTF8.self)
        #expect(written.contains("10.12,10.10\n") && written.contains("10.20,\n"))
    }

    @Test func `gives open interest by its usual names`() throws {
        let text = "create_time,sum_open_interest\n2021-01-01,10.5\n"
        #expect(try imported(text, definition(.openInterest)).series.row(0)[2] == 10_500)
    }

    @Test(arguments: [
        (SeriesKind.marks, "time,mark_price\n2021-01-01,0\n", "mark_price"),
        (.marks, "time,mark_price,index_price\n2021-01-01,1,-1\n", "index_price"),
        (.openInterest, "time,open_interest\n2021-01-01,-1\n", "open_interest"),
        (.liquidations, "time,side,price,quantity\n2021-01-01,sell,0,1\n", "price"),
        (.liquidations, "time,side,price,quantity\n2021-01-01,sell,1,0\n", "quantity"),
    ])
    func `is refused where it cannot be true`(
        kind: SeriesKind, text: String, field: String
    ) throws {
        let error = #expect(throws: HistoryError.self) { try imported(text, definition(kind)) }
        #expect(error?.kind == .impossible && error?.field == field)
    }
}

@Suite struct `A recorded stream with missing messages` {
    @Test func `keeps where its trades were missed, and how many`() throws {
        var stream = SmallStream()
        for id in [7, 8, 12, 13, 15] as [Int64] { stream.trade(id) }
        let result = try streamed(stream.lines)
        let gaps = try #require(result.series(.gaps)), trades = try #require(result.series(.trades))
        #expect(gaps.count == 2 && result.report.tradesMissed == 4)
        #expect((0..<2).map { gaps.row($0)[3] } == [3, 1])
        #expect((0..<2).map { gaps.row($0)[2] } == [2, 2])
        #expect(gaps.time_ns[0] == trades.time_ns[2] && gaps.time_ns[1] == trades.time_ns[4])
        stream = SmallStream()
        for id in [7, 8, 9] as [Int64] { stream.trade(id) }
        #expect(try streamed(stream.lines).series(.gaps) == nil)
    }

    @Test func `keeps where a line could not be read, of whatever it was`() throws {
        var stream = SmallStream()
        stream.trade(7)
        stream.line("{")
        stream.trade(8)
        let gaps = try #require(try streamed(stream.lines, rules: .clean).series(.gaps))
        #expect(gaps.count == 1 && gaps.row(0)[2] == 0 && gaps.row(0)[3] == 0)
        #expect(gaps.time_ns[0] == 1_700_000_000_000_001_000, "when the line before was received")
    }

    @Test func `can be told by a table`() throws {
        let definition = SeriesDefinition(instrument: .sample(), kind: .gaps, interval_ns: 0)
        let found = try imported(
            "time,stream,missed\n2021-01-01,trades,4\n2021-01-02,,\n", definition
        ).series
        #expect(found.row(0)[2] == 2 && found.row(0)[3] == 4 && found.row(1)[2] == 0)
        for stream in ["book", "nonsense"] {
            let text = "time,stream\n2021-01-01,\(stream)\n"
            #expect(throws: HistoryError.self) { try imported(text, definition) }
        }
    }
}
