import CRialto
import RialtoValues

/// A forecast as a model wrote it, after the host has checked its form.
package struct ModelForecast: Equatable, Sendable {
    /// Entry of the batch that it answers.
    package let row: Int
    package let instrument: UInt32
    /// 1 probability up, 2 mean and deviation, 3 quantiles, 4 target.
    package let kind: UInt8
    package let horizon_ns: Int64
    package let valid_ns: Int64
    package let confidence: Double
    package let value: Double
    package let deviation: Double
    package let quantileLevels: [Double]
    package let quantileValues: [Double]
    /// Number of the name under which the value is published; nil of a forecast.
    package let series: UInt32?
}

extension ModelForecast {
    /// A number that is published.
    ///
    /// - Parameter value: Finite.
    package init(row: Int, instrument: UInt32, series: UInt32, value: Double) {
        self.init(
            row: row, instrument: instrument, kind: UInt8(RIALTO_FORECAST_SERIES), horizon_ns: 0,
            valid_ns: 0, confidence: 0, value: value, deviation: 0, quantileLevels: [],
            quantileValues: [], series: series)
    }
}

/// A running model inside a plugin. Use it on one thread at a time.
package final class ModelInstance {
    static let capacity = 4096
    package let description: PluginDescription
    package let needs: InstanceNeeds
    package private(set) var failure = ""
    private let creation: Creation<rialto_model_t>
    private let batches = BatchTable()
    private let out = UnsafeMutablePointer<rialto_forecasts_out_t>.allocate(capacity: 1)
    private let items = UnsafeMutablePointer<rialto_forecast_t>.allocate(
        capacity: ModelInstance.capacity)
    private let allowed: InstrumentSet
    private let voice: InstanceVoice
    private let slot: BreadcrumbSlot?
    private let published: Int

    /// - Parameter notes: What is noted of it while it runs.
    package init(
        _ library: PluginLibrary, _ request: InstanceRequest, notes: HostNotes = .none
    ) throws(PluginError) {
        voice = InstanceVoice(
            instance: request.instance, plugin: request.pluginId, journal: notes.journal)
        let slot = notes.slot(request, library)
        self.slot = slot
        slot?.enter()
        defer { slot?.leave() }
        creation = try Creation(library, request, voice)
        description = creation.description
        needs = creation.needs
        allowed = InstrumentSet(request.indices)
        published = needs.series.published.count
        items.initialize(repeating: rialto_forecast_t(), count: ModelInstance.capacity)
        out.initialize(to: rialto_forecasts_out_t())
        out.pointee.struct_size = UInt32(MemoryLayout<rialto_forecasts_out_t>.size)
        out.pointee.item_size = UInt32(MemoryLayout<rialto_forecast_t>.stride)
        out.pointee.capacity = UInt32(ModelInstance.capacity)
        out.pointee.items = UnsafeMutableRawPointer(items)
    }

    deinit {
        items.deallocate()
        out.deallocate()
    }

    /// Hands over a batch and appends the forecasts to `forecasts`, in the order of their rows.
    ///
    /// - Returns: Entries read; nil when the plugin failed, with the reason in `failure`.
    package func onBatch(_ view: borrowing EventBatch, _ forecasts: inout [ModelForecast]) -> Int? {
        batches.fill(view)
        voice.notes(view)
        var consumed: UInt32 = 0
        slot?.enter()
        let result =
            creation.table.on_batch?(creation.table.`self`, batches.batch, out, &consumed)
            ?? RIALTO_ERROR
        slot?.leave()
        let count = Int(out.pointee.count)
        defer {
            items.update(repeating: rialto_forecast_t(), count: min(count, ModelInstance.capacity))
            out.pointee.count = 0
        }
        guard result >= 0 else { return fail("on_batch answered \(result)") }
        let said = ModelAnswer(
            consumed: consumed, given: view.count, count: count, published: published)
        if let wrong = said.take(items, allowed, into: &forecasts) { return fail(wrong) }
        return Int(consumed)
    }

    private func fail(_ reason: String) -> Int? {
        failure = reason
        return nil
    }
}

/// What a model answered to a batch, before it is believed.
struct ModelAnswer {
    /// Entries that it says it read, and those that it was given.
    let consumed: UInt32
    let given: Int
    /// Forecasts that it says it wrote.
    let count: Int
    /// Names under which it publishes.
    let published: Int

    /// Checks the forecasts and appends them. Returns what is wrong, or nil.
    func take(
        _ items: UnsafePointer<rialto_forecast_t>, _ allowed: InstrumentSet,
        into forecasts: inout [ModelForecast]
    ) -> String? {
        guard consumed > 0, Int(consumed) <= given else {
            return "on_batch read \(consumed) of \(given) entries"
        }
        guard count <= ModelInstance.capacity else { return "\(count) forecasts are too many" }
        var row: UInt32 = 0
        for index in 0..<count {
            let c = items[index]
            guard c.row >= row, c.row < consumed, allowed.contains(c.instrument) else {
                return "forecast \(index) breaks the rules of rialto_forecast_t"
            }
            row = c.row
            if UInt32(c.kind) == RIALTO_FORECAST_SERIES {
                if let wrong = wrong(c) { return "forecast \(index) \(wrong)" }
                forecasts.append(number(c))
                continue
            }
            guard (1...4).contains(c.kind), c.horizon_ns > 0, c.valid_ns >= 0,
                UInt32(c.quantile_count) <= RIALTO_QUANTILES_MAX
            else { return "forecast \(index) breaks the rules of rialto_forecast_t" }
            forecasts.append(forecast(c))
        }
        return nil
    }

    /// What is wrong with a published number, or nil.
    private func wrong(_ c: rialto_forecast_t) -> String? {
        guard Int(c.series) < published else {
            return "is of series \(c.series), and \(published) were announced"
        }
        return c.value.isFinite ? nil : "publishes \(c.value), which is not finite"
    }

    private func number(_ c: rialto_forecast_t) -> ModelForecast {
        ModelForecast(
            row: Int(c.row), instrument: c.instrument, series: c.series, value: c.value)
    }

    private func forecast(_ c: rialto_forecast_t) -> ModelForecast {
        let count = Int(c.quantile_count)
        func values(_ bytes: UnsafeRawBufferPointer) -> [Double] {
            (0..<count).map { bytes.loadUnaligned(fromByteOffset: $0 * 8, as: Double.self) }
        }
        let levels = withUnsafeBytes(of: c.quantile_level) { values($0) }
        let points = withUnsafeBytes(of: c.quantile_value) { values($0) }
        return ModelForecast(
            row: Int(c.row), instrument: c.instrument, kind: c.kind, horizon_ns: c.horizon_ns,
            valid_ns: c.valid_ns == 0 ? c.horizon_ns : c.valid_ns, confidence: c.confidence,
            value: c.value, deviation: c.deviation, quantileLevels: levels, quantileValues: points,
            series: nil)
    }
}

extension rialto_model_t: InstanceTable {
    static var kind: PluginKind { .model }
    static var incomplete: String { "a model without on_batch or destroy" }
    var isComplete: Bool { on_batch != nil && destroy != nil }
    func release() { destroy?(self.`self`) }
}
