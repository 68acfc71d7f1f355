import Foundation
import Testing

/// The program that has a page which cannot be touched behind everything, built once.
private let program: Result<String, GuardedFailure> = {
    let path = NSTemporaryDirectory() + "rialto-guarded-\(getpid())"
    let built = try? Project.run(
        "cc", "-std=c11", "-O1", "-Wall", "-Wextra", "-Werror", "-I", Project.headers,
        Project.root + "/Tests/ABITests/C/guarded.c", "-ldl", "-o", path)
    guard let built, built.status == 0 else {
        return .failure(GuardedFailure(output: built?.output ?? "no compiler was found"))
    }
    return .success(path)
}()

private struct GuardedFailure: Error { let output: String }

// The libraries are built by scripts/build-plugins, which scripts/test runs before the tests.
@Suite(.enabled(if: !Project.libraries.isEmpty, "scripts/build-plugins was not run"))
struct `A plugin among guard pages` {
    /// By how much a later host's structs are longer.
    private static let longer = ["0", "8", "64", "4096"]

    @Test(arguments: Project.libraries)
    func `touches no byte behind a struct, a column or a buffer, however long they are`(
        library: String
    ) throws {
        let program = try program.get()
        let runs = try Self.longer.map { extra in
            try Project.run("env", "LD_LIBRARY_PATH=" + Self.runtime, program, library, extra)
        }
        for run in runs {
            #expect(run.status == 0, "\(run.output)")
            #expect(run.output == runs[0].output)
        }
    }

    @Test func `speaks in every language, so that the test has something to hear`() throws {
        let program = try program.get()
        // C, C++, Rust, Swift.
        for name in ["sma-cross", "macd-trend", "momentum", "sma-cross-swift"] {
            let library = try #require(Project.libraries.first { $0.contains("/\(name)/") })
            let heard = try Project.run(
                "env", "LD_LIBRARY_PATH=" + Self.runtime, program, library, "0"
            ).output.split(separator: " ")
            #expect(heard.first.flatMap { Int($0) } ?? 0 > 50, "\(name)")
        }
    }

    @Test func `dies where it reads one byte behind a struct`() throws {
        let library = NSTemporaryDirectory() + "rialto-behind-\(getpid()).so"
        defer { try? FileManager.default.removeItem(atPath: library) }
        for (macro, dies) in [("HONEST", false), ("READS_BEHIND", true)] {
            let built = try Project.run(
                "cc", "-std=c11", "-O1", "-fPIC", "-shared", "-fvisibility=hidden", "-D" + macro,
                "-I", Project.headers, Project.root + "/Tests/ABITests/C/negotiator.c", "-o",
                library)
            try #require(built.status == 0, "\(built.output)")
            let ran = try Project.run(try program.get(), library, "0")
            #expect((ran.status != 0) == dies, "\(macro): \(ran.output)")
            #expect(ran.output.isEmpty == dies, "\(macro): \(ran.output)")
        }
    }

    /// Where the Swift runtime of this process lies.
    private static let runtime: String = {
        let maps = (try? Project.run("cat", "/proc/\(getpid())/maps").output) ?? ""
        let line = maps.split(separator: "\n").first { $0.hasSuffix("/libswiftCore.so") }
        let path = line?.split(separator: " ").last.map(String.init) ?? ""
        return (path as NSString).deletingLastPathComponent
    }()
}
