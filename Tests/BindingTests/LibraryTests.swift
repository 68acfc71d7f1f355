import Foundation
import RialtoBinding
import RialtoPluginHost
import RialtoTestSupport
import Testing

@Suite(.serialized) struct `A bound library` {
    @Test func `is called with every kind of argument, in the order of its table`() throws {
        let source = """
            #include <stdint.h>
            static int is_ready;
            void begin_all(void) { is_ready = 1; }
            int end_all(void) { return is_ready ? 7 : 8; }
            int kinds_lookback(int length, double factor) { return length + (factor > 9); }
            int kinds(int64_t start, int end, int64_t rows, const double *high, const double *low,
                      int length, double factor, int *begin, int *count, double *sum, int *sign) {
                if (!is_ready || start != 0 || end + 1 != rows) return 3;
                *begin = length;
                *count = (int)rows - length;
                for (int i = 0; i < *count; i++) {
                    sum[i] = (high[length + i] - low[i]) * factor;
                    sign[i] = sum[i] > 0 ? 1 : -1;
                }
                return 2;
            }
            void plain(long long rows, const double *volume, double *out) {
                for (long long i = 2; i < rows; i++) out[i] = volume[i] - volume[i - 2];
            }
            int plain_lookback(void) { return 2; }
            """
        let kinds = """
            {"name": "Kinds", "symbol": "kinds", "summary": "", "lookback": "kinds_lookback",
             "result": {"type": "status", "success": 2}, "arguments": [
             {"pass": "start", "type": "int64"}, {"pass": "end"}, {"pass": "rows", "type": "int64"},
             {"pass": "input", "column": "high"}, {"pass": "input", "column": "low"},
             {"pass": "scalar", "name": "length", "type": "int32", "lowest": 1, "highest": 50,
              "initial": 3, "unit": "rows"},
             {"pass": "scalar", "name": "factor", "type": "double", "lowest": -10, "highest": 10,
              "initial": 0.5},
             {"pass": "begin"}, {"pass": "count"},
             {"pass": "output", "name": "sum", "type": "f64"},
             {"pass": "output", "name": "sign", "type": "i32"}]}
            """
        let plain = """
            {"name": "Plain", "symbol": "plain", "summary": "", "lookback": "plain_lookback",
             "layout": "aligned", "result": {"type": "none"}, "arguments": [
             {"pass": "rows", "type": "int64"}, {"pass": "input", "column": "volume"},
             {"pass": "output", "name": "out", "type": "f64"}]}
            """
        let bench = try Workbench(
            source, [kinds, plain],
            members: [
                "\"init\": {\"symbol\": \"begin_all\", \"result\": {\"type\": \"none\"}}",
                "\"shutdown\": {\"symbol\": \"end_all\", \"result\": "
                    + "{\"type\": \"status\", \"success\": 7}}",
            ])
        let library = try bench.library(rows: 60), bars = BindingTrial.bars(60, seed: 1)
        let function = try #require(library.binding.function("kinds"))
        let columns = try library.run(function, set: ["length": 5, "factor": 4])
        #expect(columns.map(\.name) == ["sum", "sign"] && columns[0].written == 5..<60)
        let high = try #require(bars[.high]), low = try #require(bars[.low])
        for row in 0..<60 {
            guard row >= 5 else {
                #expect(columns.allSatisfy { $0.values[row].isNaN })
                continue
            }
            let sum = (high[row] - low[row - 5]) * 4
            #expect(columns[0].values[row] == sum && columns[1].values[row] == (sum > 0 ? 1 : -1))
        }
        #expect(try library.lookback(function, set: ["factor": 10]) == 4)
        let volume = try #require(bars[.volume])
        let out = try library.run(try #require(library.binding.function("plain")))[0]
        #expect(out.written == 2..<60 && out.values[1].isNaN)
        #expect(out.values[10] == volume[10] - volume[8])
        try library.finish()
    }

    @Test func `refuses scalars that are unknown, broken or out of range`() throws {
        let scalar = """
            {"pass": "scalar", "name": "length", "type": "int32", "lowest": 1, "highest": 50, \
            "initial": 3, "unit": "rows"}
            """
        let bench = try Workbench(
            "int f(int a, int b, const double *c, int d, int *e, int *g, double *h) "
                + "{ *e = *g = 0; return d == 7 ? 4 : 0; }",
            [signature("f", arguments: [scalar])])
        let library = try bench.library(), f = try #require(library.binding.function("f"))
        #expect(throws: BindingError.noScalar("size", function: "f", known: ["length"])) {
            try library.run(f, set: ["size": 1])
        }
        #expect(throws: BindingError.malformed("length", found: "1.5", form: "whole number")) {
            try library.run(f, set: ["length": 1.5])
        }
        #expect(
            throws: BindingError.outOfRange(
                "length", found: "51", lowest: "1", highest: "50", unit: "rows")
        ) { try library.run(f, set: ["length": 51]) }
        #expect(throws: BindingError.refused(function: "f", status: 4, success: 0)) {
            try library.run(f, set: ["length": 7])
        }
        #expect(try library.run(f)[0].written.isEmpty)
    }

    @Test func `is refused once a byte of it has changed`() throws {
        let bench = try Workbench(vendor("f", honestBody), [signature("f")])
        let file = try FileHandle(
            forWritingTo: URL(fileURLWithPath: bench.folder + "/libvendor.so"))
        try file.seekToEnd()
        try file.write(contentsOf: Data([0]))
        try file.close()
        do {
            _ = try bench.library()
            Issue.record("it was opened")
        } catch let error as BindingError {
            #expect(error.reason.contains("has SHA-256"))
        }
    }

    @Test(arguments: [
        ("gone", "the library has no symbol gone"), ("system", "system is no function of the"),
        ("pow", "pow is no function of the"), ("datum", "datum is no function of the"),
    ])
    func `is asked for its own functions only`(symbol: String, reason: String) throws {
        let source =
            "#include <math.h>\nint datum = 7;\n"
            + vendor("f", "for (int i = 0; i < rows; i++) out[i] = pow(close[i], 1.5);")
        let bench = try Workbench(source, [signature("f"), signature("g", symbol: symbol)])
        let library = try bench.library(), f = try #require(library.binding.function("f"))
        do {
            _ = try library.run(f)
            Issue.record("\(symbol) was bound")
        } catch { #expect(error.reason.contains(reason)) }
    }

    /// What a function does, and words of what is said about it.
    static let deeds: [(body: String, words: [String])] = [
        ("out[rows] = 1;", ["wrote behind the end of value"]),
        ("out[rows + 300] = 1;", ["wrote behind the end of value"]),
        ("((char *)(out + rows))[0] = 1;", ["wrote behind the end of value"]),
        ("out[-1] = 1;", ["wrote in front of value"]),
        ("for (long i = 0; i < 100000; i++) out[rows + i] = 1;", ["crashed with SIGSEGV"]),
        ("begin[1] = 5;", ["wrote beside begin or count"]),
        ("*(long *)count = 1l << 40;", ["wrote beside begin or count"]),
        ("((double *)close)[0] = 1;", ["crashed with SIGSEGV", "at offset"]),
        ("*(volatile int *)8 = 1;", ["crashed with SIGSEGV", "at offset"]),
        ("abort();", ["crashed with SIGABRT"]),
        ("out[0] = rows / (rows - 100);", ["crashed with SIGFPE"]),
        ("for (;;) __asm__ volatile(\"\");", ["computed for more than 300 ms"]),
        ("exit(0);", ["ended its process"]),
        ("fopen(\"/etc/passwd\", \"r\");", ["the system call open"]),
        ("socket(2, 1, 0);", ["the system call socket"]),
        ("fork();", ["the system call clone"]),
        ("execl(\"/bin/true\", \"true\", (char *)0);", ["the system call execve"]),
        ("kill(getppid(), 9);", ["the system call getppid"]),
        ("mmap(0, 4096, 7, 0x22, -1, 0);", ["the system call mmap"]),
        ("*begin = 1;", ["says 100 values from row 1 on, there are 100 rows"]),
        ("*begin = -5;", ["from row -5 on"]),
        ("*count = -1;", ["says -1 values"]),
        ("*count = 2147483647; *begin = 2147483647;", ["2147483647 values from row 2147483647"]),
        ("return 9;", ["returned 9, success is 0"]),
        ("volatile char *volatile p = malloc(1ul << 40); *p = 1;", ["crashed with SIGSEGV"]),
    ]

    @Test(arguments: [true, false])
    func `that is hostile costs itself only, and the cause is named`(namespaces: Bool) throws {
        let names = Self.deeds.indices.map { "deed\($0)" }
        let source =
            """
            #define _GNU_SOURCE
            #include <signal.h>
            #include <stdio.h>
            #include <stdlib.h>
            #include <sys/mman.h>
            #include <sys/socket.h>
            #include <unistd.h>

            """
            + zip(names, Self.deeds).map { vendor($0, honestBody + "\n" + $1.body) }
            .joined(separator: "\n") + "\n" + vendor("honest", honestBody)
        let bench = try Workbench(source, (names + ["honest"]).map { signature($0) })
        let (binding, bytes) = try BoundLibrary.open(folder: bench.folder)
        var settings = try Workbench.settings()
        settings.usesNamespaces = namespaces
        let bars = BindingTrial.bars(100, seed: 1)
        let library = BoundLibrary(binding, bytes, data: BoundData(bars), settings: settings)
        let honest = try #require(binding.function("honest"))
        let expected = try #require(bars[.close]).map { $0 * 2 }
        for (name, deed) in zip(names, Self.deeds) {
            let function = try #require(binding.function(name))
            do {
                _ = try library.run(function)
                Issue.record("\(deed.body): it gave an answer")
            } catch {
                for word in [name] + deed.words {
                    #expect(error.reason.contains(word), "\(deed.body): \(error.reason)")
                }
            }
            #expect(try library.run(honest)[0].values == expected, "\(deed.body)")
        }
    }

    @Test func `that counts rows it did not write is caught, of doubles and of integers`() throws {
        let lazy = "for (int i = 0; i < rows; i++) if (i != 40) out[i] = 1;"
        let bench = try Workbench(
            vendor("reals", lazy) + vendor("integers", lazy, type: "int"),
            [signature("reals"), signature("integers", type: "i32")])
        let library = try bench.library()
        for name in ["reals", "integers"] {
            let function = try #require(library.binding.function(name))
            #expect(throws: BindingError.unwritten(function: name, output: "value", row: 40)) {
                try library.run(function)
            }
        }
    }

    @Test func `that fails on loading, in its init or at its end says so`() throws {
        let table = [signature("f")]
        let early = try Workbench(
            "__attribute__((constructor)) static void go(void) { *(volatile int *)8 = 1; }\n"
                + vendor("f", honestBody), table)
        let refusing = try Workbench(
            "int start_up(void) { return 5; }\n" + vendor("f", honestBody), table,
            members: [
                "\"init\": {\"symbol\": \"start_up\", \"result\": "
                    + "{\"type\": \"status\", \"success\": 0}}"
            ])
        for (bench, word) in [
            (early, "crashed with SIGSEGV"), (refusing, "start_up returned 5, success is 0"),
        ] {
            let library = try bench.library(), f = try #require(library.binding.function("f"))
            do {
                _ = try library.run(f)
                Issue.record("\(word): it ran")
            } catch { #expect(error.reason.contains(word), "\(error.reason)") }
        }
        let last = try Workbench(
            "void shut(void) { *(volatile int *)8 = 1; }\n" + vendor("f", honestBody), table,
            members: ["\"shutdown\": {\"symbol\": \"shut\", \"result\": {\"type\": \"none\"}}"])
        let library = try last.library()
        _ = try library.run(try #require(library.binding.function("f")))
        #expect(throws: BindingError.self) { try library.finish() }
    }

    @Test func `is called for next to nothing: the price of a call and of a row is told`() throws {
        let bench = try Workbench(
            vendor("none", "*count = 0;") + vendor("copy", honestBody),
            [signature("none"), signature("copy")])
        let library = try bench.library(rows: 1_000_000)
        let none = try #require(library.binding.function("none"))
        let copy = try #require(library.binding.function("copy"))
        _ = try library.run(none)
        let calls = 100_000
        let one = try timed { _ = try library.run(none) }
        let all = try timed { _ = try library.run(none, repeats: calls) }
        let each = (all - one) / Double(calls - 1)
        let rows =
            (try timed { _ = try library.run(copy, repeats: 21) }
                - (try timed { _ = try library.run(copy) })) / 20
        let message =
            "binding: \(Int(each)) ns a call through libffi, "
            + "\(Int(rows / 1e6 * 1000)) ps a row of a copy, \(Int(one / 1000)) us with the way"
        print(message)
        #expect(each < 20_000, "a call costs less than 20 us even on a busy machine")
    }

    private func timed(_ body: () throws -> Void) rethrows -> Double {
        let clock = ContinuousClock()
        let time = try clock.measure(body)
        return Double(time.components.attoseconds) / 1e9 + Double(time.components.seconds) * 1e9
    }
}
