import Foundation
import RialtoBinding
import RialtoPluginHost
import RialtoTestSupport
import Testing

/// TA-Lib as `scripts/fetch-talib` puts it.
private let folder = repository.appendingPathComponent(".build/bindings/ta-lib").path
private let vectors = repository.appendingPathComponent(
    "../shared/indicator-vectors/talib-aapl-daily.json.gz"
).standardizedFileURL.path

private func isThere(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }
private var hasLibrary: Bool {
    (try? BoundLibrary.open(folder: folder)) != nil
}

@Suite(
    .serialized,
    .enabled(if: hasLibrary, "skipped: TA-Lib is not here; scripts/fetch-talib puts it there"))
struct `TA-Lib, bound by its table` {
    private func open() throws -> (binding: Binding, library: [UInt8]) {
        let file = repository.appendingPathComponent("Plugins/Bindings/TALib/binding.json")
        let opened = try BoundLibrary.open(folder: folder)
        let text = try String(contentsOf: file, encoding: .utf8)
        #expect(try String(contentsOfFile: folder + "/binding.json", encoding: .utf8) == text)
        return opened
    }

    @Test(
        .enabled(
            if: isThere(vectors), "skipped: ../shared/indicator-vectors is not on this machine"))
    func `equals itself called from Python, in every function and value`() throws {
        let unpacked = try runProgram(["gzip", "-dc", vectors])
        let root = try #require(
            JSONSerialization.jsonObject(with: Data(unpacked.output.utf8)) as? [String: Any])
        let functions = try #require(root["functions"] as? [String: [String: Any]])
        let (binding, bytes) = try open()
        let close = column(root["close"])
        let library = BoundLibrary(
            binding, bytes,
            data: BoundData([
                .open: column(root["open"]), .high: column(root["high"]),
                .low: column(root["low"]), .close: close, .price: close,
                .volume: column(root["volume"]),
            ]), settings: try BridgeProcess.standardSettings())
        #expect(functions.count == 173)
        var values = 0
        for (name, golden) in functions.sorted(by: { $0.key < $1.key }) {
            let function = try #require(binding.function(name), "\(name)")
            let set = (golden["params"] as? [String: Double]) ?? [:]
            let outputs = try #require(golden["outputs"] as? [String: Any])
            let found = try library.run(function, set: set)
            #expect(Set(found.map(\.name)) == Set(outputs.keys), "\(name)")
            for output in found {
                let expected = column(outputs[output.name])
                let isRight = zip(output.values, expected).allSatisfy {
                    agrees($0, $1, output.form)
                }
                #expect(expected.count == output.values.count && isRight, "\(name) \(output.name)")
                values += expected.count
            }
        }
        try library.finish()
        print("binding: \(functions.count) functions of TA-Lib, \(values) values")
    }

    @Test func `passes its trial in every function`() throws {
        let (binding, bytes) = try open()
        let trial = BindingTrial(
            binding, bytes, rows: 1000, seed: 3, settings: try BridgeProcess.standardSettings())
        for function in binding.functions {
            let result = trial.result(of: function)
            #expect(result.isGood, "\(function.name): \(result.finding)")
        }
        #expect(trial.end() == nil)
    }

    private func column(_ value: Any?) -> [Double] {
        (value as? [Any] ?? []).map { ($0 as? NSNumber)?.doubleValue ?? .nan }
    }

    /// Equal to 1e-9 of the value; Python's wrapper writes the warm-up of integers as 0.
    private func agrees(
        _ found: Double, _ expected: Double, _ form: BoundFunction.Output.Form
    ) -> Bool {
        if found.isNaN { return expected.isNaN || (form == .i32 && expected == 0) }
        return abs(found - expected) <= 1e-9 * abs(expected) + 1e-11
    }
}
