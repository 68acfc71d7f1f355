import RialtoEnsemble
import RialtoText

extension GoldenKind {
    /// Weights and forecasts of mixtures of experts, by the names of the R package opera.
    static var aggregation: GoldenKind {
        GoldenKind(
            name: "aggregation", shape: "input: y, experts, awake; output: EWA_eta0.5_grad_all"
        ) { file throws(HouseMessage) in
            guard let input = file.root["input"] as? [String: Any], file.root["output"] != nil,
                input["y"] is [Any], input["experts"] is [Any]
            else { return nil }
            let golden = try file.decoded(AggregationGolden.self)
            try golden.check(file.path)
            let loss = try golden.pointLoss(file.path)
            return GoldenWork(
                reference: golden.about?.reference ?? "", tolerance: golden.about?.tolerance,
                isAbsolute: true
            ) {
                golden.output.sorted { $0.key < $1.key }.flatMap {
                    $0.value.lines($0.key, golden.input, loss)
                }
            }
        }
    }
}

/// A golden file of mixtures; null stands for a forecast that is missing.
struct AggregationGolden: Decodable {
    struct About: Decodable {
        let reference: String?
        let tolerance: Double?
        /// square, absolute, percentage, or pinball with its level as in pinball0.9.
        let loss: String?

        enum CodingKeys: String, CodingKey {
            case reference, loss
            case tolerance = "tolerance_absolute"
        }
    }

    struct Input: Decodable {
        let y: [Double]
        let experts: [[Double?]]
        let awake: [[Double]]?
    }

    struct Output: Decodable {
        let awake: String?
        let gradient: Bool?
        let meanLoss: Double?
        let finalWeights: [Double]?
        let predictions: [Double]?
        let weights: [[Double]]?

        enum CodingKeys: String, CodingKey {
            case awake, gradient, predictions, weights
            case meanLoss = "mean_square_loss"
            case finalWeights = "final_weights"
        }
    }

    let about: About?
    let input: Input
    let output: [String: Output]

    func check(_ path: String) throws(HouseMessage) {
        let experts = input.experts.first?.count ?? 0
        let rows = input.y.count
        let awake = input.awake ?? Array(repeating: [], count: rows)
        let isEven =
            experts > 0 && input.experts.count == rows && awake.count == rows
            && input.experts.allSatisfy { $0.count == experts }
            && awake.allSatisfy { $0.count == experts || input.awake == nil }
        guard isEven else {
            throw HouseMessage(
                "golden refused: the tables of the input differ in size",
                details: [
                    .init("file", path),
                    .init(
                        "found", "\(input.experts.count) rows of experts, \(awake.count) of awake"),
                    .init("allowed", "\(rows) rows as in y, each of one length; at least 1"),
                ], help: "restore the file from where it came")
        }
        guard awake.joined().allSatisfy({ (0...1).contains($0) }) else {
            throw HouseMessage(
                "golden refused: input.awake has a number outside 0...1",
                details: [.init("file", path)], help: "restore the file from where it came")
        }
    }

    func pointLoss(_ path: String) throws(HouseMessage) -> PointLoss {
        let name = about?.loss ?? "square"
        switch name {
        case "square": return .square
        case "absolute": return .absolute
        case "percentage": return .percentage
        default:
            if name.hasPrefix("pinball"), let level = Double(name.dropFirst(7)), level > 0,
                level < 1
            {
                return .pinball(level: level)
            }
            throw HouseMessage(
                "golden refused: about.loss was \"\(Cell.printable(name))\"",
                details: [
                    .init("file", path),
                    .init("allowed", "square, absolute, percentage, pinball0.9"),
                ], help: "check the file")
        }
    }
}

/// What a name such as `FS_eta0.5_alpha0.02_grad_sleeping` asks for.
struct AggregationCase: Equatable {
    enum Method: Equatable {
        case rule(AggregationRule)
        case ridge(lambda: Double)
    }

    static let usage =
        "EWA_eta0.5, FS_eta0.5_alpha0.02, MLpol, MLprod, MLewa, BOA with _grad or _nograd and _all "
        + "or _sleeping behind; Ridge_lambda2"

    let method: Method
    let usesGradient: Bool
    let sleeps: Bool

    /// Nil when the name is not of ours, has a part too many, or a number out of range.
    init?(_ name: String) {
        var parts = name.split(separator: "_", omittingEmptySubsequences: false).map(String.init)
        func take(_ word: String) -> Bool {
            guard let place = parts.firstIndex(of: word) else { return false }
            parts.remove(at: place)
            return true
        }
        func number(_ word: String) -> Double? {
            guard let place = parts.firstIndex(where: { $0.hasPrefix(word) }),
                let value = Double(parts[place].dropFirst(word.count)), value.isFinite
            else { return nil }
            parts.remove(at: place)
            return value
        }
        let (isGradient, isPlain) = (take("grad"), take("nograd"))
        let (isSleeping, isAll) = (take("sleeping"), take("all"))
        guard !(isGradient && isPlain), !(isSleeping && isAll), !parts.isEmpty else { return nil }
        guard
            let method = Self.method(
                parts.removeFirst(), eta: number("eta"), alpha: number("alpha"),
                lambda: number("lambda")), parts.isEmpty
        else { return nil }
        if case .ridge = method {
            guard !isGradient, !isSleeping else { return nil }
        } else {
            guard isGradient || isPlain, isSleeping || isAll else { return nil }
        }
        (self.method, usesGradient, sleeps) = (method, isGradient, isSleeping)
    }

    private static func method(
        _ word: String, eta: Double?, alpha: Double?, lambda: Double?
    ) -> Method? {
        switch (word, eta, alpha, lambda) {
        case ("EWA", let eta?, nil, nil) where eta > 0: .rule(.ewa(eta: eta))
        case ("FS", let eta?, let alpha?, nil) where eta > 0 && (0...1).contains(alpha):
            .rule(.ewaShare(eta: eta, alpha: alpha))
        case ("MLpol", nil, nil, nil): .rule(.mlPoly(.opera))
        case ("MLprod", nil, nil, nil): .rule(.mlProd(.opera))
        case ("MLewa", nil, nil, nil): .rule(.mlEwa)
        case ("BOA", nil, nil, nil): .rule(.boa)
        case ("Ridge", nil, nil, let lambda?) where lambda > 0: .ridge(lambda: lambda)
        default: nil
        }
    }
}

/// A mixture played over a whole file.
private struct Played {
    var weights: [[Double]] = []
    var predictions: [Double?] = []
    var final: [Double] = []

    init(_ asked: AggregationCase, _ input: AggregationGolden.Input, _ loss: PointLoss) {
        let experts = input.experts[0].count
        let everyone = Array(repeating: 1.0, count: experts)
        switch asked.method {
        case .ridge(let lambda):
            var ridge = Ridge(lambda: lambda, experts: experts)
            for (row, y) in zip(input.experts, input.y) {
                let x = row.map { $0 ?? .nan }
                weights.append(ridge.weights)
                predictions.append(zip(ridge.weights, x).reduce(0) { $0 + $1.0 * $1.1 })
                ridge.settle(x, outcome: y)
            }
            final = ridge.weights
        case .rule(let rule):
            var mixture = PointMixture(
                rule, priors: everyone, loss: loss, usesGradient: asked.usesGradient)
            for (row, y) in input.y.enumerated() {
                predictions.append(
                    mixture.predict(
                        input.experts[row].map { $0 ?? .nan },
                        awake: asked.sleeps ? input.awake?[row] ?? everyone : everyone))
                weights.append(mixture.weights)
                mixture.settle(outcome: y)
            }
            final = mixture.masses
        }
    }

    func meanLoss(_ y: [Double]) -> Double {
        zip(predictions, y).reduce(0) { sum, pair in
            sum + (pair.0.map { ($0 - pair.1) * ($0 - pair.1) } ?? .nan)
        } / Double(y.count)
    }
}

extension AggregationGolden.Output {
    /// Plays the mixture and compares all that the file tells of it.
    func lines(
        _ name: String, _ input: AggregationGolden.Input, _ loss: PointLoss
    ) -> [GoldenLine] {
        guard let asked = AggregationCase(name) else {
            return [refused(name, "no such case; known: " + AggregationCase.usage)]
        }
        if let gradient, gradient != asked.usesGradient {
            return [refused(name, "its gradient is \(gradient), its name says otherwise")]
        }
        if let awake, (awake == "sleeping") != asked.sleeps {
            return [refused(name, "its awake is not what its name says")]
        }
        guard !asked.sleeps || input.awake != nil else {
            return [refused(name, "the input has no awake")]
        }
        let played = Played(asked, input, loss)
        var lines: [GoldenLine] = []
        func compare(_ output: String, _ found: [Double?], _ expected: [Double]?) {
            guard let expected else { return }
            lines.append(
                GoldenError.line(
                    name, output, found: found, expected: expected, isAbsolute: true))
        }
        if let weights, weights.contains(where: { $0.count != input.experts[0].count }) {
            return [refused(name, "its weights are not one for each expert")]
        }
        compare("weights", played.weights.flatMap { $0 }, weights?.flatMap { $0 })
        compare("predictions", played.predictions, predictions)
        compare("mean_square_loss", [played.meanLoss(input.y)], meanLoss.map { [$0] })
        compare("final_weights", played.final, finalWeights)
        return lines.isEmpty ? [refused(name, "nothing to compare")] : lines
    }

    private func refused(_ name: String, _ why: String) -> GoldenLine {
        GoldenError.refused(name, "", why)
    }
}
