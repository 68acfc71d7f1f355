import Foundation
import RialtoBinding
import RialtoPluginHost
import RialtoTestSupport
import Testing

/// A C library made for one test, with a table for it in the same folder.
final class Workbench {
    let scratch: ScratchFolder
    var folder: String { scratch.path }

    /// - Parameters:
    ///   - source: C, built as a shared library and nothing else.
    ///   - functions: The table's functions, as JSON.
    ///   - members: Further members of the table, such as `"init": ...`.
    init(_ source: String, _ functions: [String], members: [String] = []) throws {
        scratch = try ScratchFolder()
        try scratch.write(source, to: "vendor.c")
        let built = try runProgram([
            "cc", "-O2", "-fPIC", "-shared", folder + "/vendor.c", "-o", folder + "/libvendor.so",
            "-lm",
        ])
        try #require(built.status == 0, "\(built.output)")
        let bytes = try Data(contentsOf: URL(fileURLWithPath: folder + "/libvendor.so"))
        try scratch.write(
            Self.table(functions, sha256: SHA256.hex(Array(bytes)), members: members),
            to: "binding.json")
    }

    static func table(
        _ functions: [String], sha256: String = String(repeating: "0", count: 64),
        members: [String] = []
    ) -> String {
        let head = [
            "\"binding\": 1", "\"id\": \"org.example.vendor\"", "\"name\": \"Vendor\"",
            "\"version\": \"1.0\"", "\"license\": \"MIT\"", "\"summary\": \"For tests.\"",
            "\"library\": {\"file\": \"libvendor.so\", \"sha256\": \"\(sha256)\"}",
        ]
        let list = "\"functions\": [\n" + functions.joined(separator: ",\n") + "\n]"
        return "{\n" + (head + members + [list]).joined(separator: ",\n") + "\n}\n"
    }

    /// Settings with a short deadline.
    static func settings() throws -> WorkerSettings {
        var settings = try BridgeProcess.standardSettings()
        settings.deadline_ns = 300_000_000
        return settings
    }

    /// The library at work on `rows` made-up bars.
    func library(rows: Int = 100) throws -> BoundLibrary {
        let (binding, bytes) = try BoundLibrary.open(folder: folder)
        return BoundLibrary(
            binding, bytes, data: BoundData(BindingTrial.bars(rows, seed: 1)),
            settings: try Self.settings())
    }
}

/// A function over `close` with one output, in the style of TA-Lib.
func signature(
    _ name: String, symbol: String? = nil, arguments more: [String] = [], type: String = "f64",
    result: String = "{\"type\": \"status\", \"success\": 0}", members: [String] = [],
    pointers: [String] = ["{\"pass\": \"begin\"}", "{\"pass\": \"count\"}"]
) -> String {
    let arguments =
        [
            "{\"pass\": \"start\"}", "{\"pass\": \"end\"}",
            "{\"pass\": \"input\", \"column\": \"close\"}",
        ] + more + pointers + ["{\"pass\": \"output\", \"name\": \"value\", \"type\": \"\(type)\"}"]
    let head = [
        "\"name\": \"\(name)\"", "\"symbol\": \"\(symbol ?? name)\"", "\"summary\": \"\"",
        "\"result\": \(result)",
    ]
    return "{" + (head + members).joined(separator: ", ") + ", \"arguments\": ["
        + arguments.joined(separator: ", ") + "]}"
}

/// A C function that fits a plain `signature`.
func vendor(_ name: String, _ body: String, type: String = "double") -> String {
    """
    int \(name)(int start, int end, const double *close, int *begin, int *count, \(type) *out) {
        const int rows = end - start + 1;
        (void)close; (void)rows;
        *begin = 0; *count = rows;
        \(body)
        return 0;
    }
    """
}

/// Fills every row.
let honestBody = "for (int i = 0; i < rows; i++) out[i] = close[i] * 2;"
