import Foundation
import RialtoIndicators
import Testing

@Suite struct `The indicators` {
    static let talib = "goldens/talib_indicators.json"
    static let tulip = "indicator-vectors/tulip-untest.txt"
    static let apple = "indicator-vectors/talib-aapl-daily.json.gz"

    @Test(
        .enabled(if: Shared.has(talib), "skipped: ../shared/goldens is not on this machine"))
    func `equal TA-Lib in every value, by column and bar by bar`() throws {
        let golden = try Golden(Self.talib)
        #expect(golden.outputs.count >= 27)
        for (name, outputs) in golden.outputs {
            let columns = try IndicatorCatalog.compute(name, over: golden.bars)
            let rows = streamed(name, over: golden.bars)
            #expect(Set(columns.map(\.name)) == Set(outputs.keys), "\(name)")
            for (index, output) in columns.enumerated() {
                let expected = outputs[output.name] ?? []
                #expect(worst(output.column, expected) <= 1e-9, "\(name) \(output.name)")
                #expect(worst(rows[index], expected) <= 1e-9, "\(name) \(output.name), streamed")
            }
        }
    }

    @Test(
        .enabled(
            if: Shared.has(apple), "skipped: ../shared/indicator-vectors is not on this machine"))
    func `equal TA-Lib's defaults on 600 days of a stock, to the 12 digits that it prints`() throws
    {
        let object = try JSONSerialization.jsonObject(with: gunzipped(Self.apple)) as? [String: Any]
        let bars = Golden.bars(object ?? [:])
        let functions = try #require(object?["functions"] as? [String: [String: Any]])
        let names = [
            "SMA": "SMA_30", "EMA": "EMA_30", "RSI": "RSI_14", "MACD": "MACD_12_26_9",
            "ATR": "ATR_14",
            "TRANGE": "TRANGE", "BBANDS": "BBANDS_20_2", "ADX": "ADX_14", "PLUS_DI": "PLUS_DI_14",
            "MINUS_DI": "MINUS_DI_14", "STOCH": "STOCH_5_3_3", "OBV": "OBV", "CCI": "CCI_14",
            "WILLR": "WILLR_14", "MFI": "MFI_14", "ROC": "ROC_10", "STDDEV": "STDDEV_5",
        ]
        let keys = [
            "macd": "macd", "signal": "macdsignal", "hist": "macdhist", "upper": "upperband",
            "middle": "middleband", "lower": "lowerband", "k": "slowk", "d": "slowd",
            "value": "real",
        ]
        for (function, name) in names {
            let outputs = functions[function]?["outputs"] as? [String: [Any]] ?? [:]
            for output in try IndicatorCatalog.compute(name, over: bars) {
                let expected = Golden.column(outputs[keys[output.name] ?? ""] ?? [])
                #expect(worst(output.column, expected) <= 1e-9, "\(name) \(output.name)")
            }
        }
    }

    @Test(
        .enabled(
            if: Shared.has(tulip), "skipped: ../shared/indicator-vectors is not on this machine"))
    func `equal Tulip where both start alike, to half a unit of its third decimal`() throws {
        let text = String(decoding: try Shared.data(Self.tulip), as: UTF8.self)
        let cases: [(title: String, name: String, inputs: String)] = [
            ("sma 5", "SMA_5", "c"), ("stddev 5", "STDDEV_5", "c"),
            ("bbands 5 2", "BBANDS_5_2", "c"),
            ("rsi 5", "RSI_5", "c"), ("stoch 5 3 3", "STOCH_5_3_3", "hlc"),
            ("mfi 5", "MFI_5", "hlcv"), ("willr 5", "WILLR_5", "hlc"), ("obv", "OBV", "cv"),
        ]
        for test in cases {
            let numbers = tulipCase(test.title, in: text)
            #expect(numbers.count > test.inputs.count, "\(test.title) is in the file")
            let inputs = Dictionary(uniqueKeysWithValues: zip(test.inputs, numbers))
            let close = inputs["c"] ?? []
            let bars = BarColumns(
                open: close, high: inputs["h"] ?? close, low: inputs["l"] ?? close, close: close,
                volume: inputs["v"] ?? close)
            var outputs = try IndicatorCatalog.compute(test.name, over: bars).map(\.column.values)
            if test.name.hasPrefix("BBANDS") { outputs.reverse() }
            if test.name == "OBV", let start = bars.volume.first {
                outputs = outputs.map { $0.map { $0 - start } }  // Tulip starts with 0
            }
            for (ours, theirs) in zip(outputs, numbers.dropFirst(test.inputs.count)) {
                #expect(ours.count == theirs.count, "\(test.title)")
                for (a, b) in zip(ours, theirs) {
                    #expect(abs(a - b) <= 0.0005 + 1e-9, "\(test.title)")
                }
            }
        }
    }

    /// The lines of numbers in braces that follow a title.
    private func tulipCase(_ title: String, in text: String) -> [[Double]] {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard
            let start = lines.firstIndex(where: { $0.trimmingCharacters(in: .whitespaces) == title }
            )
        else { return [] }
        return lines[(start + 1)...].prefix { $0.hasPrefix("{") }.map { line in
            line.split(whereSeparator: { "{},\r ".contains($0) }).compactMap { Double($0) }
        }
    }

    private func gunzipped(_ path: String) throws -> Data {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["gzip", "-dc", Shared.folder.appending(path: path).path]
        process.standardOutput = output
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return data
    }
}
