import Foundation
import RialtoCLI
import Testing

private let header = "ts_ms,open,high,low,close,volume\n"

/// A file, how it is imported, and what the message says.
struct BadFile: Sendable, CustomTestStringConvertible {
    let what: String
    let text: String
    var options = oneMinuteBars
    let says: [String]

    var testDescription: String { what }

    static let all = [
        BadFile(
            what: "missing column", text: "ts_ms,open,high,low\n1546300800000,1,1,1\n",
            says: [
                "no column for close", "line: 1", "found: columns ts_ms, open", "--column close",
            ]
        ),
        BadFile(
            what: "wrong delimiter", text: "ts_ms;open;high;low;close\n1;1;1;1;1\n",
            says: ["no column for time", "help: semicolons", "--delimiter semicolon"]),
        BadFile(
            what: "no header", text: "1546300800000,1,1,1,1,1\n",
            says: ["no column for time", "--position time=N"]),
        BadFile(
            what: "more decimals than the instrument",
            text: header + "1546300800000,1.125,2,1,1,0\n",
            options: oneMinuteBars + " --price-decimals 2 --quantity-decimals 0",
            says: ["line: 2", "field: open", "found: 1.125, 3 decimals", "--price-decimals"]),
        BadFile(
            what: "times out of order",
            text: header + "1546300860000,1,1,1,1,0\n1546300800000,1,1,1,1,0\n",
            says: ["line: 3", "found: 2019-01-01T00:01:00Z", "or later", "--clean"]),
        BadFile(
            what: "interval too long",
            text: header + "1546300800000,1,1,1,1,0\n1546300830000,1,1,1,1,0\n",
            says: ["overlap", "found: 30s after", "check the interval"]),
        BadFile(
            what: "interval too short",
            text: header
                + (0..<4).map { "\(1_546_300_800_000 + $0 * 3_600_000),1,1,1,1,0\n" }
                .joined(),
            says: ["as near as --interval says", "found: 1h", "interval: 1m", "--sparse"]),
        BadFile(
            what: "impossible bar", text: header + "1546300800000,3,2,1,1,0\n",
            says: ["high below open", "field: high", "found: 2", "allowed: 3 or more"]),
        BadFile(
            what: "no number", text: header + "1546300800000,1,1,1,one,0\n",
            says: ["a field is no number", "field: close", "found: one"]),
        BadFile(what: "no row", text: header, says: ["there is no row in the file"]),
        BadFile(what: "empty", text: "", says: ["the file is empty"]),
        BadFile(
            what: "control characters", text: "ts\u{1B}[2J\n", says: ["columns ts?[2J"]),
        BadFile(what: "no text", text: "ARROW1\0\0\n", says: ["the file is no text"]),
        BadFile(what: "zip", text: "PK\u{3}\u{4}....", says: ["a zip archive", "unzip -p"]),
    ]
}

@Suite struct `A file that cannot be imported` {
    @Test(arguments: BadFile.all)
    func `is told in the house form, and leaves nothing behind`(file: BadFile) throws {
        let desk = try Desk()
        try desk.file("f.csv", file.text)
        let result = desk.run("data import @f.csv \(file.options)")
        #expect(result.status == .failed && result.out.isEmpty)
        #expect(result.error.contains("error: ") && result.error.contains("\n  help: "))
        for part in file.says { #expect(result.error.contains(part), "\(result.error)") }
        #expect(!result.error.contains("\u{1B}"))
        #expect(desk.stored.isEmpty)
    }

    @Test func `may be a cut gzip file, one that is not there, or a folder`() throws {
        let desk = try Desk()
        let start: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 0x4B]
        try desk.file("cut.gz", Data(start))
        let cases = [
            ("@cut.gz", "its end is missing"), ("@none.csv", "no such file"),
            (desk.folder.path, "a folder cannot be imported"),
        ]
        for (name, text) in cases {
            let result = desk.run("data import \(name) \(oneMinuteBars)")
            #expect(result.status == .failed && result.error.contains(text), "\(result.error)")
        }
    }

    @Test func `is kept in part with --clean, each loss counted and the first ones told`() throws {
        let desk = try Desk()
        let rows = (0..<30).map { "1546300800000,1,1,1,\($0 == 7 ? "1" : "x"),0\n" }.joined()
        try desk.file("f.csv", header + rows)
        let result = desk.run("data import @f.csv \(oneMinuteBars) --clean --json")
        #expect(result.status == .done)
        #expect(result.objects.first?["dropped_unreadable"] as? Int == 29)
        #expect(result.error.contains("left out: a field is no number (line 2, close, x)\n"))
        #expect(result.error.contains("left out: 19 more\n"))
        try desk.file("g.csv", header + rows.replacingOccurrences(of: ",1,0\n", with: ",,0\n"))
        let none = desk.run("data import @g.csv \(oneMinuteBars) --clean")
        #expect(none.status == .failed && none.error.contains("none of 30 rows could be kept"))
    }

    @Test func `never takes the place of a series that is there`() throws {
        let desk = try Desk()
        try desk.file("a.csv", header + "1546300800000,1,1,1,1,0\n")
        _ = desk.run("data import @a.csv \(oneMinuteBars)")
        let before = desk.run("data export BTC/USD --json").out
        for file in BadFile.all {
            try desk.file("f.csv", file.text)
            #expect(desk.run("data import @f.csv \(file.options)").status == .failed)
        }
        #expect(desk.run("data export BTC/USD --json").out == before)
        #expect(desk.stored.count == 1)
    }
}

@Suite struct `A data command called wrongly` {
    @Test(arguments: [
        ("data import @f.csv", ["--instrument", "--kind"]),
        (
            "data import @f.csv --instrument X --kind bars",
            ["--interval", "--bar-time open (as", "needs --currency"]
        ),
        ("data import @f.csv --instrument X/Y --kind trades --interval 1m", ["have none"]),
        ("data import @f.csv \(oneMinuteBars) --gap 1m", ["--gap was given"]),
        ("data import @f.csv \(oneMinuteBars) --column close", ["FIELD=COLUMN"]),
        ("data import @f.csv \(oneMinuteBars) --column last=x", ["allowed: time, open"]),
        ("data import @f.csv \(oneMinuteBars) --position time=0", ["allowed: 1..."]),
        ("data import @f.csv \(oneMinuteBars) --position time=a", ["a column's number"]),
        ("data import @f.csv \(oneMinuteBars) --price-step 0", ["a multiple of 1, above 0"]),
        ("data import @f.csv \(oneMinuteBars) --instrument A/B", ["a text file holds one"]),
        (
            "data import @f.csv --instrument BTC/USD --kind bars --interval 1x --bar-time open",
            ["such as 1m, 4h or 1d"]
        ),
        ("data info BTC/USD bras", ["did you mean \"bars\"?"]),
        ("data info a b c d", ["names no series"]),
        ("data resample BTC/USD", ["needs --interval"]),
        ("data export BTC/USD --from soon", ["ISO 8601"]),
        ("data export BTC/USD --from 2020-01-02 --until 2020-01-01", ["was not after"]),
    ])
    func `says what is allowed, with status 2`(line: String, says: [String]) throws {
        let desk = try Desk()
        try desk.file("f.csv", header + "1546300800000,1,1,1,1,0\n")
        let result = desk.run(line)
        #expect(result.status == .calledWrongly && result.out.isEmpty, "\(result.error)")
        for part in says { #expect(result.error.contains(part), "\(result.error)") }
    }

    @Test func `suggests the series that was meant`() throws {
        let desk = try Desk()
        try desk.file("f.csv", header + "1546300800000,1,1,1,1,0\n")
        _ = desk.run("data import @f.csv \(oneMinuteBars)")
        #expect(desk.run("data info BTC/UDS").error.contains("did you mean \"BTC/USD\"?"))
        let other = desk.run("data info BTC/USD trades")
        #expect(other.status == .failed && other.error.contains("found: BTC/USD bars 1m"))
    }
}
