import Foundation
import RialtoCLI
import Testing

/// A golden of two means and their bands over four bars, as another program would write it.
private func golden(_ sma: String = "1.5", tolerance: String = "1e-9") -> String {
    """
    {"about": {"reference": "pencil 2", "tolerance_relative": \(tolerance)},
     "input": {"open": [1, 2, 3, 4], "high": [1, 2, 3, 4], "low": [1, 2, 3, 4],
               "close": [1, 2, 3, 4], "volume": [1, 1, 1, 1]},
     "output": {"SMA_2": [null, \(sma), 2.5, 3.5],
                "BBANDS_2_1": {"upper": [null, 2, 3, 4], "middle": [null, 1.5, 2.5, 3.5],
                               "lower": [null, 1, 2, 3]}}}
    """
}

@Suite struct `The golden command` {
    @Test func `passes what is right, each column of it`() throws {
        let desk = try Desk()
        try desk.file("g.json", golden())
        let result = desk.run("golden @g.json")
        #expect(result.status == .done && result.error.isEmpty)
        #expect(result.out.contains("4 of 4 columns within 1e-09, made by pencil 2"))
        let lines = desk.run("golden @g.json --json").objects
        #expect(lines.compactMap { $0["passes"] as? Bool } == [true, true, true, true])
        #expect(lines.compactMap { $0["rows"] as? Int } == [4, 4, 4, 4])
        #expect(lines.last?["name"] as? String == "SMA_2")
    }

    @Test func `fails where one digit differs, and says where`() throws {
        let desk = try Desk()
        try desk.file("g.json", golden("1.6"))
        let result = desk.run("golden @g.json")
        #expect(result.status == .failed)
        #expect(result.out.contains("6.3e-2"))
        #expect(result.error.contains("1 of 4 columns are out of tolerance"))
        #expect(desk.run("golden @g.json --tolerance 0.1").status == .done)
        let line = desk.run("golden @g.json --json").objects.last
        #expect(line?["worst_row"] as? Int == 1 && line?["passes"] as? Bool == false)
    }

    @Test func `fails where a value stands on one side only`() throws {
        let desk = try Desk()
        try desk.file("g.json", golden("null"))
        let result = desk.run("golden @g.json --tolerance 1000")
        #expect(result.status == .failed && result.out.contains("a value on one side only"))
    }

    @Test func `fails on indicators, outputs and rows that we do not make`() throws {
        let changes = [
            ("SMA_2", "SMAX_2", "no such indicator"), ("SMA_2", "SMA_0", "written as"),
            ("lower", "below", "no such output"), ("2.5, 3.5],", "2.5],", "3 rows, not 4"),
        ]
        for (old, new, says) in changes {
            let desk = try Desk()
            try desk.file("g.json", golden().replacingOccurrences(of: old, with: new))
            let result = desk.run("golden @g.json")
            #expect(result.status == .failed && result.out.contains(says), "\(result.out)")
        }
    }

    @Test(arguments: [
        ("[1]", "not an object"), ("{", "not JSON"), ("{\"input\": []}", "indicators (input:"),
        (golden().replacingOccurrences(of: "1, 1, 1, 1]", with: "1]"), "differ in length"),
        (golden("\"x\""), "output.SMA_2"),
    ])
    func `refuses another kind of file and says what it knows`(text: String, says: String) throws {
        let desk = try Desk()
        try desk.file("g.json", text)
        let result = desk.run("golden @g.json")
        #expect(result.status == .failed && result.error.contains(says), "\(result.error)")
        #expect(result.out.isEmpty)
    }

    @Test func `needs a tolerance, from the file or from the user`() throws {
        let desk = try Desk()
        try desk.file("g.json", golden(tolerance: "null"))
        #expect(desk.run("golden @g.json").status == .calledWrongly)
        #expect(desk.run("golden @g.json --tolerance 0").status == .done)
        #expect(desk.run("golden @g.json --tolerance -1").status == .calledWrongly)
        #expect(desk.run("golden @none.json").status == .failed)
    }

    @Test(
        .enabled(
            if: Beside.has("goldens/talib_indicators.json"),
            "skipped: ../shared/goldens is not on this machine"))
    func `passes every column of TA-Lib's`() throws {
        let desk = try Desk()
        let result = desk.run("golden " + Beside.path("goldens/talib_indicators.json") + " --json")
        #expect(result.status == .done && result.objects.count >= 27)
        let other = desk.run("golden " + Beside.path("goldens/cross_validation.json"))
        #expect(other.status == .failed && other.error.contains("allowed: indicators"))
    }
}

@Suite struct `Real market data` {
    /// File, options, and rows as its own description states them.
    private static let files = [
        ("crypto-1m/bitfinex-LTCUSD-1m-2016.csv.gz", "bars --interval 1m --bar-time open", 41_250),
        (
            "crypto-1m/btc-perp-1m-20211231-20220201.csv.gz",
            "bars --interval 1m --bar-time open", 45_031
        ),
        ("trades/binance-spot-BTCUSDT-trades-20240809.csv.gz", "trades", 10_147),
        ("equity-daily/GOOG-1d.csv", "bars --interval 1d --bar-time open", 2_148),
        ("fx-1m/fxcm-usdjpy-m1-bid-2013.csv.gz", "bars --interval 1m --bar-time open", 28_761),
        ("fx-tick/truefx-usdjpy-ticks.csv", "quotes", 1_000),
    ]

    @Test(.enabled(if: Beside.has("data"), "skipped: ../shared/data is not on this machine"))
    func `comes in with nothing said but what it is`() throws {
        for (file, kind, rows) in Self.files {
            let desk = try Desk()
            let path = Beside.path("data/" + file)
            let result = desk.run("data import \(path) --instrument A/USD --kind \(kind) --json")
            #expect(result.status == .done, "\(result.error)")
            #expect(result.objects.first?["rows_kept"] as? Int == rows, "\(file)")
            #expect(desk.run("data check").status == .done, "\(file)")
        }
    }
}
