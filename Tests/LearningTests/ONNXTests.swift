import Foundation
import RialtoBacktest
import RialtoEngines
import RialtoLearning
import RialtoPluginHost
import RialtoTestSupport
import RialtoValues
import Testing

@Suite struct `An ONNX model's bytes` {
    private func refusal(_ bytes: [UInt8], length: Int = 4, features: Int = 2) -> String {
        do throws(EngineFailure) {
            _ = try ONNXGraph(bytes).shape(length: length, features: features)
            return ""
        } catch { return error.text }
    }

    @Test func `say what goes in and what comes out`() throws {
        let graph = try ONNXGraph(ONNX.mean(length: 4, features: 2))
        #expect(graph.inputs.map(\.sizes) == [[0, 4, 2]])
        #expect(graph.outputs[0].name == "y" && graph.outputs[0].type == 1)
        #expect(try graph.shape(length: 4, features: 2) == [1, 4, 2])
    }

    @Test func `are refused where they are none, or take or give something else`() {
        #expect(refusal(Array("RIALTO-M and so on".utf8)) == "this is no ONNX model")
        #expect(refusal([]) == "this is no ONNX model")
        let mean = ONNX.mean(length: 4, features: 2)
        #expect(refusal(mean).isEmpty)
        #expect(refusal(mean, length: 5).contains("5 rows of 2 features are 1 x 5 x 2"))
        #expect(refusal(mean, features: 3).contains("takes any x 4 x 2"))
        #expect(
            refusal(ONNX.mean(length: 4, features: 2, output: [1, 3])).contains("1 x 3 numbers"))
        let edge = ONNX.edge("x", [1, 4, 2]), wide = ONNX.edge("y", [1, 1], type: 11)
        let node = ONNX.node("Neg", ["x"], ["y"])
        let two = ONNX.model(nodes: [node], inputs: [edge, edge], outputs: [edge])
        #expect(refusal(two).contains("2 inputs and 1 outputs"))
        let double = ONNX.model(nodes: [node], inputs: [edge], outputs: [wide])
        #expect(refusal(double).contains("elements of type 11"))
        let outside = ONNXWriter.message {
            $0.add(8, "w"); $0.add(14, 1)
        }
        let parted = ONNX.model(nodes: [node], weights: [outside], inputs: [edge], outputs: [edge])
        #expect(refusal(parted).contains("weights in a second file"))
    }

    @Test func `never lead astray, however they are cut or changed`() {
        let bytes = ONNX.mean(length: 4, features: 2)
        var random = SeededGenerator(seed: 7)
        for _ in 0..<5000 {
            var other = bytes
            for _ in 0...random.below(3) {
                other[random.below(other.count)] = UInt8(random.below(256))
            }
            _ = refusal(Array(other.prefix(random.below(other.count + 1))))
        }
    }
}

@Suite(.enabled(if: Installed.isONNX, Installed.why)) struct `ONNX Runtime` {
    @Test func `computes Rialto's own LSTM as Rialto does`() throws {
        let engine = try ONNXRuntime(Installed.library("onnxruntime"))
        for (seed, sizes) in [(3, 1, 5), (7, 16, 16), (2, 32, 8)].enumerated() {
            let shape = try NetworkShape(
                .lstm, features: sizes.0, length: sizes.1, width: sizes.2)
            var random = SeededGenerator(seed: UInt64(seed))
            let weights = (0..<shape.weightCount).map { _ in random.unit() - 0.5 }
            let network = try ONNXNetwork(
                engine, ONNX.lstm(shape, weights), length: shape.length, features: shape.features)
            var own = SequenceNetwork(shape, batch: 1)
            own.tape.setWeights(weights)
            for _ in 0..<50 {
                let window = (0..<shape.length * shape.features).map { _ in 4 * random.unit() - 2 }
                for place in 0..<shape.length {
                    own.setRow(window: 0, place: place) { row in
                        for index in row.indices {
                            row[index] = window[place * shape.features + index]
                        }
                    }
                }
                own.tape.forward()
                let floats = window.map { Float($0) }
                let number = try #require(floats.withUnsafeBufferPointer { network.number($0) })
                #expect(abs(number - own.logit(window: 0)) < 1e-5)
            }
        }
    }

    @Test func `says in its own words what it cannot load`() throws {
        let engine = try ONNXRuntime(Installed.library("onnxruntime"))
        let edge = ONNX.edge("x", [1, 1, 1]), node = ONNX.node("NoSuchThing", ["x"], ["y"])
        let bytes = ONNX.model(nodes: [node], inputs: [edge], outputs: [ONNX.edge("y", [1, 1])])
        let error = #expect(throws: EngineFailure.self) {
            try ONNXNetwork(engine, bytes, length: 1, features: 1)
        }
        #expect(error?.text.contains("NoSuchThing") == true, "\(error?.text ?? "")")
    }
}

@Suite(.enabled(if: Installed.isONNX, Installed.why)) struct `rialto model wrap` {
    private static let usual =
        "A/USD --features price_change_1,rsi_14 --horizon 1m --from 2021-01-01 "
        + "--until 2021-01-02T16:00:00Z --to @m.rialto "

    /// Writes an LSTM that was trained here as ONNX, and wraps it.
    private func wrapped(_ world: ModelWorld) throws -> (own: ModelFile, answer: ModelWorld.Answer)
    {
        #expect(world.train("lstm", to: "own.rialto", "--dropout 0 --epochs 4").status == .done)
        let own = try world.file("own.rialto")
        guard case .sequence(let shape) = own.network else { throw ModelFileError.notAModel }
        try world.write(ONNX.lstm(shape, own.weights), to: "net.onnx")
        let lists = [own.means, own.deviations].map { $0.map { "\($0)" }.joined(separator: ",") }
        return (
            own,
            world.rialto(
                "model wrap @net.onnx \(Self.usual) --length 4 --means=\(lists[0]) "
                    + "--deviations \(lists[1])")
        )
    }

    @Test func `makes a model that says what the network said before it was exported`() throws {
        let world = try ModelWorld(momentum: 0.7), (own, answer) = try wrapped(world)
        #expect(answer.status == .done, "\(answer.error)")
        #expect(answer.out.contains("by onnxruntime any, 4 bars"), "\(answer.out)")
        let judged = world.rialto("model evaluate @m.rialto A/USD")
        #expect(judged.status == .done, "\(judged.error)")
        let file = try world.file("m.rialto"), library = try Installed.library("onnxruntime")
        guard case .engine(let shape) = file.network else { throw ModelFileError.notAModel }
        var first = Forecaster(own)
        var second = Forecaster(file, score: try EngineModel.score(shape) { _ in library })
        var random = SeededGenerator(seed: 5)
        for row in 0..<200 {
            let numbers = [0.002 * random.unit() - 0.001, 100 * random.unit()]
            first.take(numbers)
            second.take(numbers)
            guard case .probabilityUp(let a) = first.opinion(),
                case .probabilityUp(let b) = second.opinion()
            else {
                #expect(row < 3)
                continue
            }
            // The one is calibrated, the other not.
            let logit = (Elementary.log(a / (1 - a)) - own.intercept) / own.slope
            #expect(abs(logit - Elementary.log(b / (1 - b))) < 1e-5)
        }
    }

    @Test func `makes a model that a run asks, the same in both tiers`() throws {
        guard let plugins = ModelWorld.plugins else { return }
        let world = try ModelWorld(momentum: 0.7)
        #expect(try wrapped(world).answer.status == .done)
        let whole = try world.backtest("onnx", file: "m.rialto", plugins: plugins).execute()
        #expect(whole.failures.isEmpty && !whole.forecastDigest.isEmpty, "\(whole.failures)")
        let other = try world.backtest(
            "onnx", file: "m.rialto", plugins: plugins, .sandboxed(WorkerSettings()), batchLimit: 7
        ).execute()
        #expect(other.failures.isEmpty, "\(other.failures)")
        #expect(other.digest == whole.digest && other.forecastDigest == whole.forecastDigest)
        let early = try world.backtest(
            "onnx", file: "m.rialto", plugins: plugins, from: "2021-01-02T10:00:00Z")
        #expect(world.refusal(early).contains("the model has learned from 2021-01-01T00:00:00Z"))
    }

    @Test func `refuses what is no network for these features, and what is not said`() throws {
        let world = try ModelWorld(momentum: 0)
        try world.write(ONNX.mean(length: 4, features: 2), to: "mean.onnx")
        try world.write(Array("nothing".utf8), to: "nothing.onnx")
        func error(_ file: String, _ more: String) -> String {
            world.rialto("model wrap @\(file).onnx \(Self.usual) \(more)").error
        }
        #expect(error("nothing", "--length 4").contains("was refused: this is no ONNX model"))
        #expect(error("mean", "--length 5").contains("2 features are 1 x 5 x 2"))
        #expect(error("mean", "--length 4 --means 1").contains("allowed are 2 numbers"))
        #expect(error("none", "--length 4").contains("none.onnx"))
        let silent = world.rialto(
            "model wrap @mean.onnx A/USD --to @m.rialto --length 4 "
                + "--features price_change_1,rsi_14 --from 2021-01-01")
        #expect(silent.error.contains("--until was left out"), "\(silent.error)")
        #expect(error("mean", "--length 4").isEmpty)
    }
}
