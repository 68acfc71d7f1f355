import Foundation
import RialtoTestSupport
import Testing

/// 400 minutes of bars that go up and down, with the opens of each next minute.
private func desk() throws -> Desk {
    let desk = try Desk()
    let rows = (0..<400).map { row in
        let close = 1_000 + (row * row) % 37, open = 1_000 + ((row + 1) * row) % 23
        let time = String(format: "2024-01-01T%02d:%02d:00Z", row / 60, row % 60)
        return "\(time),\(open),\(max(open, close) + 1),\(min(open, close) - 1),\(close),\(row % 7)"
    }
    try desk.file("bars.csv", "time,open,high,low,close,volume\n" + rows.joined(separator: "\n"))
    let done = desk.run("data import @bars.csv \(oneMinuteBars)")
    #expect(done.status == .done, "\(done.error)")
    return desk
}

private let bars = "BTC/USD bars 1m"

@Suite struct `rialto features` {
    @Test func `lists each kind once, with its formula`() throws {
        let listed = try Desk().run("features list --json")
        let names = listed.objects.compactMap { $0["feature"] as? String }
        #expect(names.count == 11 && Set(names).count == 11)
        #expect(names.contains("rsi_14") && names.contains("sentiment_60"))
    }

    @Test func `writes features, labels and splits as text`() throws {
        let desk = try desk()
        let done = desk.run(
            "features export \(bars) --to @rows.csv --features price_change_1,rsi_3 "
                + "--horizons 2m --folds 4 --json")
        try #require(done.status == .done, "\(done.error)")
        let facts = try #require(done.objects.first)
        let lines = try desk.text("rows.csv").split(separator: "\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        #expect(
            lines[0] == [
                "time", "price_change_1", "rsi_3", "return_2m", "split_0", "split_1", "split_2",
            ])
        // RSI is known from the fourth bar on, the label up to the third from the end.
        #expect(facts["rows"] as? Int == 400 - 3 - 2 && lines.count == 1 + 395)
        #expect(facts["left_out"] as? Int == 5 && facts["purged"] as? Int == 2)
        #expect(lines[1][0] == "2024-01-01T00:04:00Z")
        func close(_ row: Int) -> Double { Double(1_000 + (row * row) % 37) }
        for row in [0, 17, 394] {
            #expect(lines[row + 1][1] == "\(log(close(row + 3) / close(row + 2)))")
            let label = try #require(Double(lines[row + 1][3]))
            #expect(abs(label - log(close(row + 5) / close(row + 3))) < 1e-15)
        }
        for split in 4..<7 {
            let uses = lines.dropFirst().map { $0[split] }
            let test = try #require(uses.firstIndex(of: "test"))
            #expect(uses[..<(test - 2)].allSatisfy { $0 == "train" })
            #expect(uses[(test - 2)..<test].allSatisfy { $0 == "none" }, "purged")
        }
    }

    @Test func `writes what NumPy reads, with the same numbers`() throws {
        let desk = try desk()
        for name in ["rows.csv", "rows.npz"] {
            let done = desk.run(
                "features export \(bars) --to @\(name) --features macd_3_5_2,atr_4 "
                    + "--horizons 1m,3m --splits combinatorial --folds 5")
            try #require(done.status == .done, "\(done.error)")
        }
        let check = """
            import csv, sys, numpy
            found = numpy.load(sys.argv[1])
            rows = list(csv.reader(open(sys.argv[2])))
            names = [n.decode() for n in found["feature_names"]]
            names += [n.decode() for n in found["label_names"]]
            assert rows[0][1:5] == names, names
            uses = {"none": 0, "train": 1, "test": 2}
            read = lambda x: uses[x] if x in uses else float(x)
            numbers = numpy.array([[read(x) for x in row[1:]] for row in rows[1:]])
            whole = numpy.hstack([found["features"], found["labels"], found["splits"]])
            assert whole.shape == numbers.shape == (len(found["time_ns"]), 4 + 10), whole.shape
            assert (whole == numbers).all()
            assert (numpy.diff(found["time_ns"]) == 60 * 10**9).all()
            assert found["schema"][1].decode() == sys.argv[3]
            """
        let hash = try #require(
            desk.run(
                "features export \(bars) --to @again.npz --features macd_3_5_2,atr_4 "
                    + "--horizons 1m,3m --splits combinatorial --folds 5 --json"
            ).objects.first?["hash"] as? String)
        let checked = try runProgram([
            "python3", "-c", check, desk.path("rows.npz"), desk.path("rows.csv"), hash,
        ])
        #expect(checked.status == 0, "\(checked.output)")
        let tested = try runProgram(["python3", "-m", "zipfile", "-t", desk.path("rows.npz")])
        #expect(tested.status == 0, "\(tested.output)")
        #expect(
            try Data(contentsOf: URL(filePath: desk.path("again.npz")))
                == Data(contentsOf: URL(filePath: desk.path("rows.npz"))))
    }

    @Test(arguments: [
        ("--to @x.csv --features rsx_14", "\"rsx_14\" is no feature"),
        ("--to @x.csv --features rsi_0", "write it as rsi_14"),
        ("--to @x.csv --features rsi_14,rsi_14", "rsi_14 is in the list twice"),
        ("--to @x.csv --features funding", "is made of funding rates, and none"),
        ("--to @x.csv --features book_imbalance", "is made of quotes, and none"),
        ("--to @x.csv --horizons 5m,5m", "the horizon 5m is in the list twice"),
        ("--to @x.csv --horizons 90000m", "no row has all features and labels"),
        ("--to @x.csv --folds 100", "too few for 100 parts"),
        ("--features rsi_14", "no file was named"),
    ])
    func `refuses what makes no table, and leaves no file`(_ words: String, _ told: String) throws {
        let desk = try desk()
        let refused = desk.run("features export \(bars) \(words)")
        #expect(refused.status != .done)
        #expect(refused.error.contains(told), "\(refused.error)")
        #expect(!FileManager.default.fileExists(atPath: desk.path("x.csv")))
    }
}

@Suite struct `The feature sentiment` {
    @Test func `is the mean score of texts by the close of a bar, and of none before`() throws {
        let desk = try desk()
        try desk.file(
            "posts.jsonl",
            #"{"text":"Bitcoin rises","received":"2024-01-01T00:10:30Z"}"# + "\n"
                + #"{"text":"ETH crashes","received":"2024-01-01T00:20:00Z","#
                + #""instruments":["ETH/USD"]}"# + "\n"
                + #"{"text":"Bitcoin crashes","received":"2024-01-01T00:30:00Z"}"#)
        let line = "features export \(bars) --to @rows.csv --features sentiment_2 --horizons 2m"
        let without = desk.run(line)
        #expect(without.status == .failed && without.error.contains("texts"), "\(without.error)")
        #expect(desk.run("data import-texts @posts.jsonl --to posts").status == .done)
        let done = desk.run(line)
        try #require(done.status == .done, "\(done.error)")
        var found: [String: Double] = [:]
        for row in try desk.text("rows.csv").split(separator: "\n").dropFirst() {
            let cells = row.split(separator: ",")
            found[String(cells[0].suffix(9))] = Double(cells[1])
        }
        // Words of 0.6 and -1 in a body: 0.6 / 2.1 and -1 / 2.5.
        #expect(found["00:10:00Z"] == 0)
        #expect(found["00:11:00Z"] == 0.6 / 2.1 && found["00:12:00Z"] == 0.6 / 2.1)
        #expect(found["00:13:00Z"] == 0 && found["00:20:00Z"] == 0)
        #expect(found["00:30:00Z"] == -0.4 && found["00:32:00Z"] == 0)
    }
}
