import RialtoIndicators
import RialtoText

extension GoldenKind {
    /// Columns of bars, and indicators over them by the names of the catalog.
    static var indicators: GoldenKind {
        GoldenKind(
            name: "indicators", shape: "input: open, high, low, close, volume; output: by name"
        ) { file throws(HouseMessage) in
            let columns = ["open", "high", "low", "close", "volume"]
            guard let input = file.root["input"] as? [String: Any], file.root["output"] != nil,
                columns.allSatisfy({ input[$0] is [Any] })
            else { return nil }
            let golden = try file.decoded(IndicatorGolden.self)
            let bars = try golden.bars(file.path)
            return GoldenWork(
                reference: golden.about?.reference ?? "", tolerance: golden.about?.tolerance
            ) { golden.output.sorted { $0.key < $1.key }.flatMap { $0.value.lines($0.key, bars) } }
        }
    }
}

/// A golden file of indicators; null stands for the rows before the first value.
struct IndicatorGolden: Decodable {
    struct About: Decodable {
        let reference: String?
        let tolerance: Double?

        enum CodingKeys: String, CodingKey {
            case reference
            case tolerance = "tolerance_relative"
        }
    }

    struct Input: Decodable {
        let open: [Double]
        let high: [Double]
        let low: [Double]
        let close: [Double]
        let volume: [Double]
    }

    /// The columns of one indicator: one without a name, or several by name.
    struct Output: Decodable {
        let columns: [String: [Double?]]

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            let isSingle = (try? decoder.unkeyedContainer()) != nil
            columns =
                isSingle
                ? ["value": try container.decode([Double?].self)]
                : try container.decode([String: [Double?]].self)
        }
    }

    let about: About?
    let input: Input
    let output: [String: Output]

    func bars(_ path: String) throws(HouseMessage) -> BarColumns {
        let count = input.close.count
        let others = [input.open, input.high, input.low, input.volume]
        guard count > 0, others.allSatisfy({ $0.count == count }) else {
            throw HouseMessage(
                "golden refused: the columns of the input differ in length",
                details: [
                    .init("file", path),
                    .init("found", others.map { String($0.count) }.joined(separator: ", ")),
                    .init("allowed", "\(count), the length of close; at least 1"),
                ], help: "restore the file from where it came")
        }
        return BarColumns(
            open: input.open, high: input.high, low: input.low, close: input.close,
            volume: input.volume)
    }
}

extension IndicatorGolden.Output {
    /// Computes the indicator and compares each of its columns, and each that the file has more.
    func lines(_ name: String, _ bars: BarColumns) -> [GoldenLine] {
        let found: [IndicatorCatalog.Output]
        do throws(IndicatorError) { found = try IndicatorCatalog.compute(name, over: bars) } catch {
            return [GoldenError.refused(name, "", Self.reason(error))]
        }
        let rows = bars.close.indices
        let isNamed = columns.keys.sorted() != ["value"]
        let compared = found.map { output in
            let label = isNamed ? output.name : ""
            guard let expected = columns[output.name] else {
                return GoldenError.refused(name, label, "not in the file")
            }
            return GoldenError.line(
                name, label, found: rows.map { output.column[$0] }, expected: expected)
        }
        let unknown = columns.keys.sorted().filter { key in !found.contains { $0.name == key } }
        return compared + unknown.map { GoldenError.refused(name, $0, "no such output") }
    }

    private static func reason(_ error: IndicatorError) -> String {
        switch error {
        case .unknown: "no such indicator"
        case .parameters(_, let usage): "written as " + usage
        }
    }
}
