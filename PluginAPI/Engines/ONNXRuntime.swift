/// ONNX Runtime by its table of functions, whose places are declared here: the table only grows, so
/// that they hold for every later version.
///
/// - Source: https://onnxruntime.ai/docs/api/c/struct_ort_api.html
public struct ONNXRuntime: Sendable {
    /// The engine's id.
    public static let id = "onnxruntime"
    /// Of the loaded library, as it says itself.
    public let version: String

    typealias Pointer = UnsafeMutableRawPointer
    typealias Text = UnsafePointer<CChar>
    typealias Out = UnsafeMutablePointer<UnsafeMutableRawPointer?>
    typealias Release = @Sendable @convention(c) (Pointer?) -> Void

    let message: @Sendable @convention(c) (Pointer?) -> Text?
    let createEnvironment: @Sendable @convention(c) (Int32, Text?, Out?) -> Pointer?
    let createSession:
        @Sendable @convention(c) (Pointer?, UnsafeRawPointer?, Int, Pointer?, Out?) -> Pointer?
    let run:
        @Sendable @convention(c) (
            Pointer?, Pointer?, UnsafePointer<Text?>?, UnsafePointer<Pointer?>?, Int,
            UnsafePointer<Text?>?, Int, Out?
        ) -> Pointer?
    let createOptions: @Sendable @convention(c) (Out?) -> Pointer?
    let setOptimisation: @Sendable @convention(c) (Pointer?, Int32) -> Pointer?
    let setThreads: @Sendable @convention(c) (Pointer?, Int32) -> Pointer?
    let createTensor:
        @Sendable @convention(c) (
            Pointer?, UnsafeMutableRawPointer?, Int, UnsafePointer<Int64>?, Int, Int32, Out?
        ) -> Pointer?
    let tensorData: @Sendable @convention(c) (Pointer?, Out?) -> Pointer?
    let elementCount: @Sendable @convention(c) (Pointer?, UnsafeMutablePointer<Int>?) -> Pointer?
    let typeAndShape: @Sendable @convention(c) (Pointer?, Out?) -> Pointer?
    let createMemoryInfo: @Sendable @convention(c) (Int32, Int32, Out?) -> Pointer?
    let releaseEnvironment: Release
    let releaseStatus: Release
    let releaseMemoryInfo: Release
    let releaseSession: Release
    let releaseValue: Release
    let releaseShape: Release
    let releaseOptions: Release

    /// Version of the table that is asked for.
    private static let table: UInt32 = 19
    /// Oldest version of the library that has all functions of it.
    private static let minorMin = 19

    /// Finds the functions, and looks whether the library computes what it should.
    ///
    /// - Throws: ``EngineFailure`` when the library is another one, or too old.
    public init(_ library: EngineLibrary) throws(EngineFailure) {
        typealias GetTable = @convention(c) (UInt32) -> UnsafePointer<Pointer?>?
        typealias GetVersion = @convention(c) () -> Text?
        typealias GetBase = @convention(c) () -> UnsafePointer<Pointer?>?
        let getBase: GetBase = try library.function("OrtGetApiBase")
        guard let base = getBase(), let first = base[0], let second = base[1],
            let text = unsafeBitCast(second, to: GetVersion.self)()
        else { throw EngineFailure("the engine onnxruntime has no table of functions") }
        version = String(cString: text)
        let numbers = version.split(separator: ".").compactMap { Int($0) }
        guard numbers.count >= 2, numbers[0] > 1 || numbers[1] >= Self.minorMin,
            let table = unsafeBitCast(first, to: GetTable.self)(Self.table)
        else {
            throw EngineFailure(
                "ONNX Runtime is \(version); allowed is 1.\(Self.minorMin) or later")
        }
        func slot<Function>(_ place: Int) throws(EngineFailure) -> Function {
            guard let address = table[place] else {
                throw EngineFailure("place \(place) of ONNX Runtime's table is empty")
            }
            return unsafeBitCast(address, to: Function.self)
        }
        message = try slot(2)
        createEnvironment = try slot(3)
        createSession = try slot(8)
        run = try slot(9)
        createOptions = try slot(10)
        setOptimisation = try slot(23)
        setThreads = try slot(24)
        createTensor = try slot(49)
        tensorData = try slot(51)
        elementCount = try slot(64)
        typeAndShape = try slot(65)
        createMemoryInfo = try slot(69)
        releaseEnvironment = try slot(92)
        releaseStatus = try slot(93)
        releaseMemoryInfo = try slot(94)
        releaseSession = try slot(95)
        releaseValue = try slot(96)
        releaseShape = try slot(99)
        releaseOptions = try slot(100)
        try test()
    }

    /// A network of one operation, y = -x.
    private static let negation: [UInt8] = [
        0x08, 0x07, 0x3A, 0x32, 0x0A, 0x0B, 0x0A, 0x01, 0x78, 0x12, 0x01, 0x79, 0x22, 0x03, 0x4E,
        0x65, 0x67, 0x12, 0x01, 0x67, 0x5A, 0x0F, 0x0A, 0x01, 0x78, 0x12, 0x0A, 0x0A, 0x08, 0x08,
        0x01, 0x12, 0x04, 0x0A, 0x02, 0x08, 0x01, 0x62, 0x0F, 0x0A, 0x01, 0x79, 0x12, 0x0A, 0x0A,
        0x08, 0x08, 0x01, 0x12, 0x04, 0x0A, 0x02, 0x08, 0x01, 0x42, 0x02, 0x10, 0x0D,
    ]

    /// Runs a network whose answer is known.
    private func test() throws(EngineFailure) {
        let network = try ONNXNetwork(
            self, Self.negation, input: "x", output: "y", shape: [1], isOptimised: false)
        let answer = [Float(2.5)].withUnsafeBufferPointer { network.number($0) }
        guard answer == -2.5 else {
            throw EngineFailure(
                "ONNX Runtime \(version) failed its first test: -x of 2.5 was "
                    + (answer.map { "\($0)" } ?? "nothing"))
        }
    }

    /// - Throws: ``EngineFailure`` with the engine's own words unless `status` is nil.
    func check(_ status: UnsafeMutableRawPointer?) throws(EngineFailure) {
        guard let status else { return }
        let text = message(status).map { String(cString: $0) } ?? "no reason was given"
        releaseStatus(status)
        throw EngineFailure("ONNX Runtime \(version): \(text)")
    }
}

/// A network that ONNX Runtime has loaded, asked on one thread at a time.
public final class ONNXNetwork: Sendable {
    private let engine: ONNXRuntime
    private let environment: EngineHandle
    private let session: EngineHandle
    private let memory: EngineHandle
    private let input: [CChar]
    private let output: [CChar]
    private let shape: [Int64]

    /// Loads a network and asks it once.
    ///
    /// - Parameters:
    ///   - bytes: An ONNX model.
    ///   - length: Rows of a window.
    ///   - features: Numbers in a row.
    /// - Throws: ``EngineFailure`` when it is none, takes or gives something else, or does not run.
    public convenience init(
        _ engine: ONNXRuntime, _ bytes: [UInt8], length: Int, features: Int
    ) throws(EngineFailure) {
        let graph = try ONNXGraph(bytes),
            shape = try graph.shape(length: length, features: features)
        try self.init(
            engine, bytes, input: graph.inputs[0].name, output: graph.outputs[0].name,
            shape: shape, isOptimised: true)
        let zeros = [Float](repeating: 0, count: length * features)
        guard zeros.withUnsafeBufferPointer({ number($0) }) != nil else {
            throw EngineFailure("the ONNX model gives no finite number for a window of zeros")
        }
    }

    init(
        _ engine: ONNXRuntime, _ bytes: [UInt8], input: String, output: String, shape: [Int64],
        isOptimised: Bool
    ) throws(EngineFailure) {
        var environment: UnsafeMutableRawPointer?, options: UnsafeMutableRawPointer?
        var session: UnsafeMutableRawPointer?, memory: UnsafeMutableRawPointer?
        do throws(EngineFailure) {
            // 3: errors only.
            try engine.check(engine.createEnvironment(3, "rialto", &environment))
            try engine.check(engine.createOptions(&options))
            try engine.check(engine.setThreads(options, 1))
            try engine.check(engine.setOptimisation(options, isOptimised ? 99 : 0))
            try engine.check(
                engine.createSession(environment, bytes, bytes.count, options, &session))
            // An arena's memory of the standard kind.
            try engine.check(engine.createMemoryInfo(1, 0, &memory))
        } catch {
            Self.release(engine, session, options, memory, environment)
            throw error
        }
        engine.releaseOptions(options)
        self.engine = engine
        self.environment = Int(bitPattern: environment)
        self.session = Int(bitPattern: session)
        self.memory = Int(bitPattern: memory)
        self.input = Array(input.utf8CString)
        self.output = Array(output.utf8CString)
        self.shape = shape
    }

    private static func release(
        _ engine: ONNXRuntime, _ session: UnsafeMutableRawPointer?,
        _ options: UnsafeMutableRawPointer?, _ memory: UnsafeMutableRawPointer?,
        _ environment: UnsafeMutableRawPointer?
    ) {
        if let session { engine.releaseSession(session) }
        if let options { engine.releaseOptions(options) }
        if let memory { engine.releaseMemoryInfo(memory) }
        if let environment { engine.releaseEnvironment(environment) }
    }

    /// What the network says of a window; nil when it says nothing, or no finite number.
    ///
    /// - Parameter window: Row by row, as many numbers as it takes.
    public func number(_ window: UnsafeBufferPointer<Float>) -> Double? {
        guard window.count == Int(shape.reduce(1, *)) else { return nil }
        var tensor: UnsafeMutableRawPointer?, answer: UnsafeMutableRawPointer?
        do throws(EngineFailure) {
            defer { if let tensor { engine.releaseValue(tensor) } }
            // 1: floats of 32 bits. The engine reads them and nothing else.
            try engine.check(
                engine.createTensor(
                    .init(memory), UnsafeMutableRawPointer(mutating: window.baseAddress),
                    window.count * 4, shape, shape.count, 1, &tensor))
            try run(tensor, &answer)
            defer { engine.releaseValue(answer) }
            return try number(of: answer)
        } catch { return nil }
    }

    private func run(
        _ tensor: UnsafeMutableRawPointer?, _ answer: inout UnsafeMutableRawPointer?
    ) throws(EngineFailure) {
        var tensor = tensor
        let status = input.withUnsafeBufferPointer { input in
            output.withUnsafeBufferPointer { output in
                var input = input.baseAddress, output = output.baseAddress
                return engine.run(.init(session), nil, &input, &tensor, 1, &output, 1, &answer)
            }
        }
        try engine.check(status)
    }

    private func number(of answer: UnsafeMutableRawPointer?) throws(EngineFailure) -> Double? {
        var shape: UnsafeMutableRawPointer?, data: UnsafeMutableRawPointer?, count = 0
        try engine.check(engine.typeAndShape(answer, &shape))
        defer { engine.releaseShape(shape) }
        try engine.check(engine.elementCount(shape, &count))
        try engine.check(engine.tensorData(answer, &data))
        guard count == 1, let data else { return nil }
        let number = Double(data.load(as: Float.self))
        return number.isFinite ? number : nil
    }

    deinit {
        Self.release(engine, .init(session), nil, .init(memory), .init(environment))
    }
}
