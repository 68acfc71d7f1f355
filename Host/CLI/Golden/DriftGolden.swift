import RialtoEnsemble
import RialtoText

extension GoldenKind {
    /// The places where detectors of the package river saw a change.
    static var drift: GoldenKind {
        GoldenKind(
            name: "drift", shape: "input: numbers; output: ADWIN(delta=0.002) and so on"
        ) { file throws(HouseMessage) in
            guard file.root["input"] is [Any], let output = file.root["output"] as? [String: Any],
                output.values.allSatisfy({ $0 is [Any] })
            else { return nil }
            let golden = try file.decoded(DriftGolden.self)
            return GoldenWork(
                reference: golden.about?.reference ?? "", tolerance: 0, isAbsolute: true
            ) {
                golden.output.sorted { $0.key < $1.key }.map { name, expected in
                    DriftGolden.line(name, golden.input, expected)
                }
            }
        }
    }
}

/// A golden file of changes, each the place of a number, from 0.
struct DriftGolden: Decodable {
    struct About: Decodable {
        let reference: String?
    }

    let about: About?
    let input: [Double]
    let output: [String: [Int]]

    static func line(_ name: String, _ input: [Double], _ expected: [Int]) -> GoldenLine {
        guard let asked = DriftCase(name) else {
            return GoldenError.refused(name, "", "no such case; known: " + DriftCase.usage)
        }
        var detector = asked.detector
        let found = input.indices.filter { detector.add(input[$0]) }
        guard found.count == expected.count else {
            let places = found.prefix(5).map(String.init).joined(separator: ", ")
            return GoldenError.refused(
                name, "", "\(expected.count) changes, not \(found.count): \(places)")
        }
        return GoldenError.line(
            name, "", found: found.map { Double($0) }, expected: expected.map { Double($0) },
            isAbsolute: true)
    }
}

/// What a name such as `ADWIN(delta=0.02,clock=1)` asks for. What is not named is as river has it.
struct DriftCase {
    static let usage =
        "PageHinkley(min_instances=30,delta=0.005,threshold=50,alpha=0.9999,mode=both), ADWIN("
        + "delta=0.002,clock=32,max_buckets=5,min_window_length=5,grace_period=10), KSWIN("
        + "alpha=0.005,window=100,stat=30,seed=1)"

    let detector: any DriftDetector

    /// Nil when the name is not of ours, has a part too many, or a number out of range.
    init?(_ name: String) {
        guard name.hasSuffix(")"), let open = name.firstIndex(of: "(") else { return nil }
        let kind = String(name[..<open])
        guard let order = Self.order[kind],
            var values = Self.values(name[name.index(after: open)...].dropLast(), order)
        else { return nil }
        func number(_ key: String, _ usual: Double) -> Double? {
            values.removeValue(forKey: key).map { Double($0) } ?? usual
        }
        func count(_ key: String, _ usual: Int) -> Int? {
            values.removeValue(forKey: key).map { Int($0) } ?? usual
        }
        let made: (any DriftDetector)?
        switch kind {
        case "PageHinkley":
            made = Self.pageHinkley(
                count("min_instances", 30), number("delta", 0.005), number("threshold", 50),
                number("alpha", 0.9999), values.removeValue(forKey: "mode") ?? "both")
        case "ADWIN":
            made = Self.adwin(
                number("delta", 0.002), count("clock", 32), count("max_buckets", 5),
                count("min_window_length", 5), count("grace_period", 10))
        default:
            made = Self.kswin(
                number("alpha", 0.005), count("window", 100), count("stat", 30), count("seed", -1))
        }
        guard let made, values.isEmpty else { return nil }
        detector = made
    }

    /// Parameters in the order of a list without names.
    private static let order = [
        "PageHinkley": ["min_instances", "delta", "threshold", "alpha", "mode"],
        "ADWIN": ["delta", "clock", "max_buckets", "min_window_length", "grace_period"],
        "KSWIN": ["alpha", "window", "stat", "seed"],
    ]

    /// river's own names for what the files call otherwise.
    private static let aliases = ["window_size": "window", "stat_size": "stat"]

    private static func values(_ text: Substring, _ order: [String]) -> [String: String]? {
        var rest = text
        if rest.hasPrefix("defaults") {
            rest = rest.dropFirst("defaults".count)
            if rest.hasPrefix(":") { rest = rest.dropFirst() }
        }
        var result: [String: String] = [:]
        let parts = rest.allSatisfy { $0 == " " } ? [] : rest.split(separator: ",")
        for (place, part) in parts.enumerated() {
            let sides = part.split(separator: "=", maxSplits: 1).map {
                String($0.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
            }
            guard sides.count == 2 || (sides.count == 1 && place < order.count) else { return nil }
            let key = sides.count == 2 ? aliases[sides[0]] ?? sides[0] : order[place]
            guard result.updateValue(sides[sides.count - 1], forKey: key) == nil else { return nil }
        }
        return result
    }

    private static func pageHinkley(
        _ instances: Int?, _ delta: Double?, _ threshold: Double?, _ alpha: Double?, _ mode: String
    ) -> PageHinkley? {
        guard let instances, let delta, let threshold, let alpha, instances >= 0, alpha > 0,
            alpha <= 1, let mode = PageHinkley.Mode(rawValue: mode)
        else { return nil }
        return PageHinkley(
            instancesMin: instances, delta: delta, threshold: threshold, alpha: alpha, mode: mode)
    }

    private static func adwin(
        _ delta: Double?, _ clock: Int?, _ buckets: Int?, _ part: Int?, _ grace: Int?
    ) -> Adwin? {
        guard let delta, let clock, let buckets, let part, let grace, delta > 0, delta < 1,
            clock > 0, buckets > 0, part > 0, grace >= 0
        else { return nil }
        return Adwin(
            delta: delta, clock: clock, bucketsMax: buckets, partMin: part, gracePeriod: grace)
    }

    private static func kswin(
        _ alpha: Double?, _ window: Int?, _ stat: Int?, _ seed: Int?
    ) -> Kswin? {
        guard let alpha, let window, let stat, let seed, (0...1).contains(alpha), stat > 0,
            window >= 2 * stat, let seed = UInt32(exactly: seed)
        else { return nil }
        return Kswin(alpha: alpha, windowSize: window, partSize: stat, seed: seed)
    }
}
