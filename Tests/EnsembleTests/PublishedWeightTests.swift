import Foundation
import RialtoEnsemble
import Testing

/// Weights by the Python program of the same name, whose rates start elsewhere than opera's in R.
@Suite struct `Published forecasters` {
    private struct File: Decodable {
        struct Run: Decodable {
            let model: String
            let loss: String
            let lossGradient: Bool
            let weights: [[Double]]
        }

        let runs: [Run]
    }

    private static let rules: [String: AggregationRule] = [
        "BOA": .boa, "MLpol": .mlPoly(.opera), "MLprod": .mlProd(.opera),
    ]
    private static let losses: [String: PointLoss] = [
        "mse": .square, "mae": .absolute, "mape": .percentage,
    ]

    @Test(
        .enabled(
            if: Shared.has("ensemble-vectors/spy-forecasters.json"),
            "skipped: ../shared/ensemble-vectors is not on this machine"),
        arguments: [
            ("electric-load", "electric-load-experts", "electric-load-targets"),
            ("spy-forecasters", "spy-forecasters", "spy-targets"),
        ])
    func `are mixed within a tenth of the best of them, and beside another program's weights`(
        runs: String, experts: String, targets: String
    ) throws {
        let url = Shared.folder.appending(path: "ensemble-vectors/\(runs).json")
        let file = try JSONDecoder().decode(File.self, from: Data(contentsOf: url))
        let x = try LossStream.columns(experts)
        let y = try LossStream.columns(targets).map { $0[0] }
        var compared = 0
        for run in file.runs {
            guard let rule = Self.rules[run.model], let loss = Self.losses[run.loss] else {
                continue
            }
            var mixture = PointMixture(
                rule, priors: x[0].map { _ in 1 }, loss: loss, usesGradient: run.lossGradient)
            var paid = 0.0, apart = 0.0
            for row in y.indices {
                _ = mixture.predict(x[row], awake: x[row].map { _ in 1 })
                #expect(mixture.weights.allSatisfy { $0 >= 0 })
                #expect(abs(mixture.weights.reduce(0, +) - 1) < 1e-12)
                for (ours, theirs) in zip(mixture.weights, run.weights[row]) {
                    apart = max(apart, abs(ours - theirs))
                }
                paid += mixture.settle(outcome: y[row]) ?? .infinity
            }
            let best =
                x[0].indices.map { k in
                    y.indices.reduce(0.0) { $0 + loss.value(x[$1][k], y[$1]) }
                }.min() ?? 0
            #expect(paid <= best * 1.1, "\(run.model), \(run.loss)")
            #expect(apart <= 1 && run.weights.count == y.count)
            compared += 1
            // The distance is told, not held small: the two programs are not the same.
            print(
                "\(runs) \(run.model) \(run.loss)\(run.lossGradient ? " gradient" : ""):"
                    + " largest difference of weights \((apart * 1e4).rounded() / 1e4),"
                    + " loss over the best expert's \((paid / best * 1e4).rounded() / 1e4)")
        }
        #expect(compared == 18)
    }
}
