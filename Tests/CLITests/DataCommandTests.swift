import Foundation
import RialtoCLI
import Testing

private let bars = """
    ts_ms,open,high,low,close,volume
    1546300800000,10,11.25,9,10.5,1.5
    1546300860000,10.5,11,10,10,0
    1546300980000,10,12,10,12,2

    """

@Suite struct `The data commands` {
    @Test func `take bars in, show them, and write them out as they came`() throws {
        let desk = try Desk()
        try desk.file("b.csv", bars)
        let imported = desk.run("data import @b.csv \(oneMinuteBars) --json")
        #expect(imported.status == .done)
        let report = try #require(imported.objects.first)
        #expect(report["rows_kept"] as? Int == 3 && report["gaps"] as? Int == 1)
        #expect(report["price_decimals"] as? Int == 2 && report["quantity_decimals"] as? Int == 1)
        #expect(report["first"] as? String == "2019-01-01T00:01:00Z")

        let listed = try #require(desk.run("data list --json").objects.first)
        #expect(listed["instrument"] as? String == "BTC/USD" && listed["rows"] as? Int == 3)
        let info = try #require(desk.run("data info BTC/USD --json").objects.first)
        #expect(info["lowest_price"] as? String == "9" && info["missing_bars"] as? Int == 1)
        #expect(desk.run("data check").status == .done)

        let out = "data export BTC/USD --bar-time open --times ns --to @out.csv"
        #expect(desk.run(out).status == .done)
        #expect(
            try desk.text("out.csv") == """
                time,open,high,low,close,volume
                1546300800000000000,10.00,11.25,9.00,10.50,1.5
                1546300860000000000,10.50,11.00,10.00,10.00,0.0
                1546300980000000000,10.00,12.00,10.00,12.00,2.0

                """)
    }

    @Test func `say what they chose for the user, on stderr only`() throws {
        let desk = try Desk()
        try desk.file("b.csv", bars)
        let chosen = desk.run("data import @b.csv \(oneMinuteBars) --price-step 0.125")
        #expect(chosen.error.contains("price decimals: 3, as many as --price-step needs"))
        #expect(chosen.error.contains("quantity decimals: 1, as many as the file needs"))
        #expect(chosen.error.contains("currency of BTC/USD: USD, from its name"))
        #expect(!chosen.out.contains("to choose"))
        let given = desk.run(
            "data import @b.csv \(oneMinuteBars) --price-decimals 2 --quantity-decimals 1 "
                + "--currency EUR")
        #expect(given.status == .done && given.error.isEmpty)
        #expect(given.out.contains("replaced rows       3\n"))
    }

    @Test func `tell of series that a run could not read together`() throws {
        let desk = try Desk()
        try desk.file("b.csv", bars)
        try desk.file("t.csv", "time,price,quantity\n2019-01-01,10,1\n")
        _ = desk.run("data import @b.csv \(oneMinuteBars)")
        let line = "data import @t.csv --instrument BTC/USD --kind trades"
        let other = desk.run(line)
        #expect(other.status == .done)
        #expect(other.error.contains("a run cannot read this beside BTC/USD bars 1m"))
        let alike = desk.run(line + " --price-decimals 2 --quantity-decimals 1")
        #expect(alike.status == .done && !alike.error.contains("a run cannot"))
    }

    @Test func `make hours of minutes, and bars of trades`() throws {
        let desk = try Desk()
        try desk.file("b.csv", bars)
        _ = desk.run("data import @b.csv \(oneMinuteBars)")
        let two = desk.run("data resample BTC/USD --interval 2m --json").objects.first
        #expect(two?["rows"] as? Int == 2)
        #expect(desk.run("data export BTC/USD --to @x.csv").status == .calledWrongly)
        #expect(desk.run("data export BTC/USD bars 2m --to @x.csv").status == .done)
        #expect(
            try desk.text("x.csv") == """
                time,open,high,low,close,volume
                2019-01-01T00:02:00Z,10.00,11.25,9.00,10.00,1.5
                2019-01-01T00:04:00Z,10.00,12.00,10.00,12.00,2.0

                """)
        try desk.file("t.csv", "1546300800,5,1,buy\n1546300801.5,6,2,sell\n")
        let trades =
            "data import @t.csv --instrument ETH/USD --kind trades --position time=1 "
            + "--position price=2 --position quantity=3 --position side=4"
        #expect(desk.run(trades).status == .done)
        let partial = desk.run("data resample ETH/USD --interval 1m")
        #expect(partial.status == .failed && partial.error.contains("--keep-partial"))
        #expect(desk.run("data resample ETH/USD --interval 1m --keep-partial").status == .done)
    }

    @Test func `print rows as objects where a program asks`() throws {
        let desk = try Desk()
        try desk.file("b.csv", bars)
        _ = desk.run("data import @b.csv \(oneMinuteBars)")
        let rows = desk.run("data export BTC/USD --from 2019-01-01T00:02:00Z --json").objects
        #expect(rows.count == 2 && rows.first?["open"] as? String == "10.5")
        #expect(desk.run("data export BTC/USD --until 2018-01-01").status == .failed)
    }

    @Test func `join files that follow each other, and no others`() throws {
        let desk = try Desk()
        try desk.file("a.csv", "time,open,high,low,close\n2019-01-01,1,1,1,1\n2019-01-02,1,1,1,1\n")
        try desk.file("b.csv", "time,open,high,low,close\n2019-01-03,1,2,1,1.5\n")
        let options = "--instrument X/USD --kind bars --interval 1d --bar-time open"
        let wrong = desk.run("data import @b.csv @a.csv \(options)")
        #expect(wrong.status == .failed && wrong.error.contains("begins before the one before"))
        #expect(desk.stored.isEmpty)
        let right = desk.run("data import @a.csv @b.csv \(options) --json").objects.first
        #expect(right?["rows_kept"] as? Int == 3 && right?["gaps"] as? Int == 0)
    }

    @Test func `take several instruments from one array`() throws {
        let desk = try Desk()
        try desk.file("w.npy", array(instruments: 2, rows: 3))
        let line = "data import @w.npy --kind bars --interval 1m --bar-time close"
        let unsaid = desk.run(line + " --instrument A/USD --instrument B/USD")
        #expect(unsaid.status == .calledWrongly && unsaid.error.contains("does not say them"))
        let decimals = " --price-decimals 2 --quantity-decimals 0"
        let few = desk.run(line + " --instrument A/USD" + decimals)
        #expect(few.status == .calledWrongly && few.error.contains("2 instruments in the array"))
        let all = desk.run(line + " --instrument A/USD --instrument B/USD --json" + decimals)
        #expect(all.status == .done)
        #expect(all.objects.compactMap { $0["rows_kept"] as? Int } == [3, 3])
        #expect(desk.stored.count == 2)
    }

    /// A NumPy file of bars, each price 1.25.
    private func array(instruments: Int, rows: Int) -> Data {
        let fields = ["ts:i", "open:f", "high:f", "low:f", "close:f", "volume:f"].map { field in
            "('\(field.dropLast(2))', '<\(field.last ?? "f")8')"
        }
        var text =
            "{'descr': [\(fields.joined(separator: ", "))], 'fortran_order': False, "
            + "'shape': (\(instruments), \(rows)), }"
        text += String(repeating: " ", count: 63 - (text.utf8.count + 10) % 64) + "\n"
        var data = Data([0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0])
        data.append(contentsOf: [UInt8(text.utf8.count & 255), UInt8(text.utf8.count >> 8)])
        data.append(Data(text.utf8))
        for _ in 0..<instruments {
            for row in 1...rows {
                let time = 1_500_000_000_000_000_000 + Int64(row) * 60_000_000_000
                var values = [UInt64(bitPattern: time)]
                values += [1.25, 1.25, 1.25, 1.25, 7].map(\.bitPattern)
                for value in values {
                    withUnsafeBytes(of: value.littleEndian) { data.append(contentsOf: $0) }
                }
            }
        }
        return data
    }
}

@Suite struct `The check of data` {
    @Test func `finds altered bytes and cut files, with status 1`() throws {
        let desk = try Desk()
        try desk.file("b.csv", bars)
        _ = desk.run("data import @b.csv \(oneMinuteBars)")
        let name = try #require(desk.stored.first)
        let whole = try Data(contentsOf: desk.folder.appending(path: "data/history/" + name))
        var altered = whole
        altered[4096 + 64] ^= 1
        try desk.file("data/history/" + name, altered)
        let found = desk.run("data check")
        #expect(found.status == .failed && found.out.contains("not sound"))
        #expect(found.error.contains("the checksum of a column differs"))
        try desk.file("data/history/" + name, whole.dropLast())
        for line in ["data check", "data list", "data info BTC/USD", "data export BTC/USD"] {
            let cut = desk.run(line)
            #expect(cut.status == .failed && cut.error.contains("bytes are missing"), "\(line)")
        }
    }

    @Test func `of an empty folder says so and is done`() throws {
        let desk = try Desk()
        for line in ["data check", "data list"] {
            let result = desk.run(line)
            #expect(result.status == .done && result.out.isEmpty)
            #expect(result.error.contains("there is no series in"))
        }
    }
}
