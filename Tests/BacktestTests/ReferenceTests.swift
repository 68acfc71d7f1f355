import Foundation
import RialtoBacktest
import RialtoPluginHost
import RialtoTestSupport
import RialtoValues
import Testing

/// Whether data and reference can be made: ../shared/bench and Python with NumPy are there.
private let canMakeReference: Bool = {
    guard let shared, FileManager.default.fileExists(atPath: shared.path + "/bench/reference.py")
    else { return false }
    return (try? runProgram(["python3", "-c", "import numpy"]))?.status == 0
}()

/// One line that the reference prints.
private struct Reference: Decodable {
    let work: String
    let equity: String
    let fills: Int
}

@Suite(.enabled(if: canMakeReference, "no ../shared/bench, or no python3 with numpy"))
struct `A benchmark` {
    /// The number of seeds that are drawn anew at each run.
    private static let seeds = 20

    @Test func `equals the exact reference in fills and equity, to the last digit`() throws {
        let scratch = try ScratchFolder()
        try installBundled("SmaCross/sma_cross.c", name: "sma-cross", in: scratch.path)
        for _ in 0..<Self.seeds {
            let seed = Int.random(in: 1...1_000_000_000)
            let data = try ScratchFolder()
            let expected = try reference(seed, data.path)
            for (index, work) in [BenchWork.w1, .w2].enumerated() {
                let bench = Bench(
                    folders: PluginFolders(paths: [scratch.path]), data: data.path,
                    batchLimit: [4096, 1000, 33].randomElement() ?? 4096)
                let result = try bench.run(work, plugin: "org.rialto.sma-cross", rounds: 1)
                #expect(expected[index].work == work.rawValue)
                #expect(text(result.equity) == expected[index].equity, "seed \(seed), \(work)")
                #expect(result.fills == expected[index].fills, "seed \(seed), \(work)")
            }
        }
    }

    private func reference(_ seed: Int, _ folder: String) throws -> [Reference] {
        let bench = try #require(shared).path + "/bench"
        let made = try runProgram([
            "python3", bench + "/gen_data.py", folder, "--seed", String(seed), "--gap", "--bars",
            "20000", "--only", "w1,w2",
        ])
        #expect(made.status == 0, "\(made.output)")
        let printed = try runProgram(
            ["python3", bench + "/reference.py", "w1", "w2"], environment: ["BENCH_DATA": folder])
        #expect(printed.status == 0, "\(printed.output)")
        return try printed.output.split(separator: "\n").map {
            try JSONDecoder().decode(Reference.self, from: Data($0.utf8))
        }
    }

    /// An amount with five decimals; it must have no more.
    private func text(_ amount: Int128) -> String {
        let unit: Int128 = 10_000_000_000_000
        #expect(amount % unit == 0, "more than five decimals in \(amount)")
        let decimals = String(amount / unit % 100_000)
        let padding = String(repeating: "0", count: 5 - decimals.count)
        return "\(amount / unit / 100_000).\(padding)\(decimals)"
    }
}
