import Foundation
import RialtoCLI
import Testing

private func change(_ first: Int, _ last: Int, bid: String, _ quantity: String) -> String {
    "17000000000000000\(first) "
        + #"{"stream":"xy@depth","data":{"e":"depthUpdate","E":1700000000001,"s":"ABUSDT","#
        + #""U":\#(first),"u":\#(last),"pu":\#(first - 1),"#
        + #""b":[["\#(bid)","\#(quantity)"]],"a":[]}}"#
}

private let whole =
    #"1700000000000000010 {"lastUpdateId":10,"bids":[["9.5","2"]],"asks":[["10","1.5"]]}"#
private let stream =
    [
        whole, change(11, 12, bid: "9.6", "1"),
        #"1700000000000000013 {"e":"trade","T":1699999999999,"s":"ABUSDT","t":1,"p":"10","#
            + #""q":"1","X":"MARKET","m":false}"#,
        change(13, 14, bid: "9.5", "0"),
    ].joined(separator: "\n") + "\n"

@Suite struct `The import of a recorded stream` {
    @Test func `needs no option, and gives every series of it`() throws {
        let desk = try Desk()
        try desk.file("s.raw", stream)
        let imported = desk.run("data import @s.raw --json")
        #expect(imported.status == .done, "\(imported.error)")
        let report = try #require(imported.objects.first)
        #expect(report["stream"] as? String == "binance-usdm" && report["lines"] as? Int == 4)
        #expect(report["depth_messages"] as? Int == 2 && report["sequence_breaks"] as? Int == 0)
        #expect(imported.objects.dropFirst().map { $0["kind"] as? String } == ["trades", "book"])
        #expect(imported.error.contains("instrument: AB/USDT:USDT, the venue's ABUSDT"))

        let listed = desk.run("data list --json").objects
        #expect(listed.map { $0["kind"] as? String } == ["trades", "book"])
        let info = try #require(desk.run("data info AB/USDT:USDT book --json").objects.first)
        #expect(info["messages"] as? Int == 3 && info["whole_books"] as? Int == 1)
        #expect(info["instrument_kind"] as? String == "linear")
        #expect(info["venue"] as? String == "binance-usdm")
        let checked = desk.run("data check --json")
        #expect(checked.status == .done && checked.objects.last?["gaps"] as? Int == 0)
    }

    @Test func `writes a book as text that imports as the same book`() throws {
        let desk = try Desk()
        try desk.file("s.raw", stream)
        #expect(desk.run("data import @s.raw").status == .done)
        let out = "data export AB/USDT:USDT book --times ns --to"
        #expect(desk.run(out + " @a.csv").status == .done)
        #expect(
            try desk.text("a.csv") == """
                time,venue_time,side,flags,price,quantity,sequence
                1700000000000000010,1700000000000000010,bid,2,9.5,2.0,10
                1700000000000000010,1700000000000000010,ask,1,10.0,1.5,10
                1700000000000000011,1700000000001000000,bid,1,9.6,1.0,12
                1700000000000000013,1700000000001000000,bid,1,9.5,0.0,14

                """)
        let line = "data import @a.csv --instrument AB/USDT:USDT --kind book"
        #expect(desk.run(line + " --instrument-kind linear --venue binance-usdm").status == .done)
        #expect(desk.run(out + " @b.csv").status == .done)
        #expect(try desk.text("a.csv") == desk.text("b.csv"))
    }

    @Test func `tells what is missing, and keeps what there is`() throws {
        let desk = try Desk()
        try desk.file("s.raw", stream + change(17, 18, bid: "9.7", "1") + "\n")
        let imported = desk.run("data import @s.raw --json")
        #expect(imported.status == .done)
        #expect(imported.objects.first?["sequence_breaks"] as? Int == 1)
        #expect(imported.objects.first?["rows_dropped"] as? Int == 1)
        #expect(imported.error.contains("messages about the book are missing before this one"))
        #expect(imported.error.contains("line 5"))
        let check = desk.run("data check AB/USDT:USDT book --json")
        #expect(check.status == .done && check.objects.first?["gaps"] as? Int == 1)
    }

    @Test func `finds crossed books and falling sequences in what came from elsewhere`() throws {
        let desk = try Desk()
        try desk.file(
            "b.csv",
            """
            time,side,flags,price,quantity,sequence
            2024-01-01T00:00:00Z,bid,2,10,1,5
            2024-01-01T00:00:00Z,ask,1,11,1,5
            2024-01-01T00:00:01Z,bid,1,11,1,6
            2024-01-01T00:00:02Z,bid,1,11,0,4
            """)
        #expect(desk.run("data import @b.csv --instrument A/B --kind book").status == .done)
        let check = desk.run("data check")
        #expect(check.status == .failed && check.out.contains("not sound"))
        #expect(check.error.contains("the book is crossed after this row"))
        #expect(check.error.contains("the sequence does not rise"))
    }

    @Test(arguments: [
        ("--kind book", "--kind was given, but a recorded stream has none"),
        ("--venue-stream hyperliquid", "of another venue than the one named"),
        ("--price-decimals 0", "more decimals than the instrument"),
        ("--instrument A/B --instrument C/D", "2 instruments were named"),
        ("--venue-stream kraken", "binance-spot, binance-usdm, hyperliquid"),
    ])
    func `refuses what cannot be followed`(options: String, message: String) throws {
        let desk = try Desk()
        try desk.file("s.raw", stream)
        let refused = desk.run("data import @s.raw " + options)
        #expect(refused.status != .done && refused.error.contains(message), "\(refused.error)")
        #expect(desk.stored.isEmpty)
    }
}

/// Trades, a mark and a liquidation of a contract; a trade is missing where `ids` has a hole.
private func contract(ids: [Int]) -> String {
    let head = "17000000000000000"
    let trades = ids.enumerated().map { index, id in
        "\(head)\(10 + index) "
            + #"{"e":"trade","E":1700000000002,"T":1700000000001,"s":"ABUSDT","t":\#(id),"#
            + #""p":"10.25","q":"3","X":"MARKET","m":true}"#
    }
    let rest = [
        head + #"90 {"e":"markPriceUpdate","E":1700000000003,"s":"ABUSDT","p":"10.26500000","#
            + #""i":"10.20000000","P":"10.2","r":"0.0001","T":1700006400000}"#,
        head + #"91 {"e":"forceOrder","E":1700000000004,"o":{"s":"ABUSDT","S":"SELL","o":"LIMIT","#
            + #""f":"IOC","q":"2","p":"10.1","ap":"10.12","X":"FILLED","l":"2","z":"2","#
            + #""T":1700000000004}}"#,
    ]
    return (trades + rest).joined(separator: "\n") + "\n"
}

@Suite struct `The import of a contract's stream` {
    @Test func `gives marks and liquidations, which are shown and written out`() throws {
        let desk = try Desk()
        try desk.file("s.raw", contract(ids: [1, 2]))
        let imported = desk.run("data import @s.raw --json")
        #expect(imported.status == .done, "\(imported.error)")
        #expect(imported.objects.first?["mark_messages"] as? Int == 1)
        #expect(imported.objects.first?["liquidation_messages"] as? Int == 1)
        let kinds = desk.run("data list --json").objects.map { $0["kind"] as? String }
        #expect(kinds == ["trades", "marks", "liquidations"])
        let info = desk.run("data info AB/USDT:USDT marks --json").objects.first
        #expect(info?["highest_price"] as? String == "10.26")
        #expect(
            desk.run("data export AB/USDT:USDT liquidations --to @l.csv").status == .done)
        let rows = try desk.text("l.csv")
        #expect(rows.contains("sell,10.12,2"), "\(rows)")
    }

    @Test func `keeps its gaps until it is imported without them`() throws {
        let desk = try Desk()
        try desk.file("broken.raw", contract(ids: [1, 5]))
        try desk.file("whole.raw", contract(ids: [1, 2]))
        #expect(desk.run("data import @broken.raw").status == .done)
        #expect(desk.run("data export AB/USDT:USDT gaps --to @g.csv").status == .done)
        let rows = try desk.text("g.csv")
        #expect(rows.contains("time,venue_time,stream,missed\n") && rows.contains("trades,3\n"))
        #expect(desk.run("data import @whole.raw").status == .done)
        #expect(!desk.run("data list").out.contains("gaps  "))
        #expect(desk.run("data export AB/USDT:USDT gaps").status != .done)
    }

    @Test func `loses its gaps to a table that takes the place of its trades`() throws {
        let desk = try Desk()
        try desk.file("broken.raw", contract(ids: [1, 5]))
        try desk.file("t.csv", "time,price,quantity\n2021-01-01,10.25,3\n")
        #expect(desk.run("data import @broken.raw").status == .done)
        let table = desk.run(
            "data import @t.csv --kind trades --instrument AB/USDT:USDT --price-decimals 2 "
                + "--quantity-decimals 0")
        #expect(table.status == .done && table.error.contains("its gaps are gone"))
        #expect(desk.run("data export AB/USDT:USDT gaps").status != .done)
    }
}
