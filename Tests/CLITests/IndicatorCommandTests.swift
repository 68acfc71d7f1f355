import Foundation
import RialtoPluginHost
import RialtoTestSupport
import Testing

/// Six minutes of bars, and a C library with a table, as a user has them.
private func desk() throws -> Desk {
    let desk = try Desk()
    let rows = (0..<6).map { row in
        "2024-01-01T00:0\(row):00Z,\(10 + row),\(12 + row),\(9 + row),\(11 + row).5,\(row + 1)"
    }
    try desk.file("bars.csv", "time,open,high,low,close,volume\n" + rows.joined(separator: "\n"))
    let done = desk.run("data import @bars.csv \(oneMinuteBars)")
    #expect(done.status == .done, "\(done.error)")
    try desk.file(
        "vendor.c",
        """
        int sum(int start, int end, const double *price, int length, int *begin, int *count,
                double *out, int *up) {
            *begin = length - 1;
            *count = end - start + 2 > length ? end - start + 2 - length : 0;
            for (int i = 0; i < *count; i++) {
                out[i] = 0;
                for (int k = 0; k < length; k++) out[i] += price[i + k];
                up[i] = out[i] > 25;
            }
            return 0;
        }
        """)
    let built = try runProgram([
        "cc", "-O2", "-fPIC", "-shared", desk.path("vendor.c"), "-o", desk.path("libvendor.so"),
    ])
    try #require(built.status == 0, "\(built.output)")
    let bytes = try Data(contentsOf: URL(filePath: desk.path("libvendor.so")))
    try desk.file(
        "binding.json",
        """
        {"binding": 1, "id": "org.example.vendor", "name": "Vendor", "version": "1.0",
         "license": "MIT", "summary": "For tests.",
         "library": {"file": "libvendor.so", "sha256": "\(SHA256.hex(Array(bytes)))"},
         "functions": [{"name": "SUM", "symbol": "sum", "summary": "A running sum",
          "result": {"type": "status", "success": 0}, "arguments": [
          {"pass": "start"}, {"pass": "end"}, {"pass": "input", "column": "price"},
          {"pass": "scalar", "name": "length", "type": "int32", "lowest": 1, "highest": 6,
           "initial": 3, "unit": "rows"}, {"pass": "begin"}, {"pass": "count"},
          {"pass": "output", "name": "total", "type": "f64"},
          {"pass": "output", "name": "up", "type": "i32"}]}]}
        """)
    return desk
}

@Suite(.serialized) struct `The indicator commands` {
    @Test func `list built-in indicators, and a library's beside them`() throws {
        let desk = try desk()
        let plain = desk.run("indicator list --json").objects.compactMap { $0["name"] as? String }
        #expect(
            plain.contains("EMA") && plain.contains("VWAP_cumulative") && !plain.contains("SUM"))
        let all = desk.run("indicator list --binding @ --json").objects
        let bound = try #require(all.first { $0["name"] as? String == "SUM" })
        #expect(bound["usage"] as? String == "SUM(length=3)")
        #expect(bound["inputs"] as? String == "price" && bound["outputs"] as? String == "total up")
    }

    @Test func `compute a library's function over stored bars, in three forms`() throws {
        let desk = try desk()
        let csv = desk.run("indicator run sum BTC/USD --binding @ --set length=2 --csv")
        #expect(csv.status == .done, "\(csv.error)")
        let lines = csv.out.split(separator: "\n", omittingEmptySubsequences: true).map(String.init)
        #expect(lines.count == 7 && lines[0] == "time,total,up")
        #expect(lines[1].hasSuffix(",,") && lines[2].hasSuffix(",24.0,0"), "\(lines)")
        #expect(lines[3].hasSuffix(",26.0,1"))
        let rows = desk.run("indicator run SUM BTC/USD --binding @ --last 1 --json").objects
        #expect(rows.count == 1 && rows[0]["total"] as? Double == 46.5)
        #expect(rows[0]["up"] as? Int == 1)
        let table = desk.run("indicator run SUM BTC/USD bars 1m --binding @ --calls 1000")
        #expect(table.out.contains("46.50000000") && table.error.contains("ns a row"))
    }

    @Test func `compute a built-in one the same way`() throws {
        let desk = try desk()
        let rows = desk.run("indicator run SMA_2 BTC/USD --json").objects
        #expect(rows.count == 6 && rows[0]["value"] is NSNull)
        #expect(rows[5]["value"] as? Double == 16)
    }

    @Test(arguments: [
        ("run SUM BTC/USD --binding @ --set length=9", "length was 9, allowed is 1...6 rows"),
        ("run SUM BTC/USD --binding @ --set length", "allowed is a name and a number"),
        ("run SUM BTC/USD --binding @ --set size=1", "has no scalar size; known: length"),
        ("run SMU BTC/USD --binding @", "there is no function SMU"),
        ("run SUM BTC/USD", "there is no built-in indicator SUM"),
        ("run EMA_0 BTC/USD", "write it as EMA_20"),
        ("run EMA_3 BTC/USD --set a=1", "--set is for functions of a binding"),
    ])
    func `say what was called wrongly`(line: String, words: String) throws {
        let result = try desk().run("indicator " + line)
        #expect(result.status == .calledWrongly && result.error.contains(words), "\(result.error)")
    }

    @Test func `check a binding, and fail with what is wrong in it`() throws {
        let desk = try desk()
        let good = desk.run("indicator check @")
        #expect(good.status == .done && good.error.contains("1 of 1 functions"), "\(good.error)")
        let table = try desk.text("binding.json")
        try desk.file("binding.json", table.replacingOccurrences(of: "\"sum\"", with: "\"gone\""))
        let missing = desk.run("indicator check @")
        #expect(missing.status == .failed && missing.out.contains("no symbol gone"))
        try desk.file("binding.json", table.replacingOccurrences(of: "begin", with: "become"))
        let broken = desk.run("indicator check @")
        #expect(broken.status == .failed && broken.error.contains("line: "), "\(broken.error)")
        try desk.file("binding.json", table)
        try desk.file("libvendor.so", "no library")
        #expect(desk.run("indicator check @").error.contains("SHA-256"))
    }
}
