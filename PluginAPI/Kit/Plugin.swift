/// A plugin of any kind, ready for a library.
public struct Plugin: Sendable {
    /// Makes an instance: fills in the table of its kind and says what it needs.
    @usableFromInline
    typealias Make =
        @Sendable (Setup, UnsafeMutableRawPointer) throws(PluginFailure) -> Made

    /// What making an instance came to, for its `rialto_needs_t`.
    @usableFromInline
    struct Made {
        let needs: NeedList
        let isOpenLoop: Bool
        let intentsPerGroup: UInt32

        @usableFromInline
        init(needs: NeedList, isOpenLoop: Bool, intentsPerGroup: UInt32) {
            self.needs = needs
            self.isOpenLoop = isOpenLoop
            self.intentsPerGroup = intentsPerGroup
        }
    }

    /// Answers the contract's `get_extension`: a table of an id; nil when there is none. It reads
    /// nothing but global constants.
    public typealias Extensions = @Sendable @convention(c) (rialto_text_t) -> UnsafeRawPointer?

    let info: PluginInfo
    let kind: UInt32
    let make: Make
    /// Its further tables; nil none.
    private(set) var extensions: Extensions?

    /// The same plugin with further tables, such as those of ``EngineNames`` and ``RequestPlaces``:
    /// `.offering { names.answer($0) }`, where `names` is a global constant.
    public func offering(_ extensions: @escaping Extensions) -> Plugin {
        var plugin = self
        plugin.extensions = extensions
        return plugin
    }

    /// A strategy.
    @inlinable
    public static func strategy<S: Strategy>(_ type: S.Type) -> Plugin {
        Plugin(info: S.info, kind: RIALTO_PLUGIN_STRATEGY) { (setup, out) throws(PluginFailure) in
            let box = try StrategyBox(S.self, setup)
            let table = out.assumingMemoryBound(to: rialto_strategy_t.self)
            table.pointee.`self` = Unmanaged.passRetained(box).toOpaque()
            table.pointee.on_batch = { instance, batch, intents, consumed in
                guard let instance, let batch, let intents, let consumed else {
                    return RIALTO_ERROR_ARGUMENT
                }
                return Unmanaged<StrategyBox>.fromOpaque(instance)
                    ._withUnsafeGuaranteedRef { $0.run(batch, intents, consumed) }
            }
            table.pointee.save = { instance, writer in
                guard let instance, let writer else { return RIALTO_ERROR_ARGUMENT }
                return Unmanaged<StrategyBox>.fromOpaque(instance)
                    ._withUnsafeGuaranteedRef { $0.save(to: writer) }
            }
            table.pointee.load = { instance, reader in
                guard let instance, let reader else { return RIALTO_ERROR_ARGUMENT }
                return Unmanaged<StrategyBox>.fromOpaque(instance)
                    ._withUnsafeGuaranteedRef { $0.load(from: reader) }
            }
            table.pointee.destroy = { instance in
                if let instance { Unmanaged<StrategyBox>.fromOpaque(instance).release() }
            }
            return Made(
                needs: box.needs, isOpenLoop: box.isOpenLoop,
                intentsPerGroup: box.intentsPerGroup)
        }
    }

    /// A model.
    @inlinable
    public static func model<M: Model>(_ type: M.Type) -> Plugin {
        Plugin(info: M.info, kind: RIALTO_PLUGIN_MODEL) { (setup, out) throws(PluginFailure) in
            let box = try ModelBox(M.self, setup)
            let table = out.assumingMemoryBound(to: rialto_model_t.self)
            table.pointee.`self` = Unmanaged.passRetained(box).toOpaque()
            table.pointee.on_batch = { instance, batch, forecasts, consumed in
                guard let instance, let batch, let forecasts, let consumed else {
                    return RIALTO_ERROR_ARGUMENT
                }
                return Unmanaged<ModelBox>.fromOpaque(instance)
                    ._withUnsafeGuaranteedRef { $0.run(batch, forecasts, consumed) }
            }
            table.pointee.save = { instance, writer in
                guard let instance, let writer else { return RIALTO_ERROR_ARGUMENT }
                return Unmanaged<ModelBox>.fromOpaque(instance)
                    ._withUnsafeGuaranteedRef { $0.save(to: writer) }
            }
            table.pointee.load = { instance, reader in
                guard let instance, let reader else { return RIALTO_ERROR_ARGUMENT }
                return Unmanaged<ModelBox>.fromOpaque(instance)
                    ._withUnsafeGuaranteedRef { $0.load(from: reader) }
            }
            table.pointee.destroy = { instance in
                if let instance { Unmanaged<ModelBox>.fromOpaque(instance).release() }
            }
            return Made(needs: box.needs, isOpenLoop: false, intentsPerGroup: box.intentsPerGroup)
        }
    }

    /// An exchange, over the draft `rialto.exchange/1`, which may still change.
    public static func exchange<X: Exchange>(_ type: X.Type) -> Plugin {
        Plugin(info: X.info, kind: RIALTO_PLUGIN_EXCHANGE) { (setup, out) throws(PluginFailure) in
            let box = try ExchangeBox(try X(setup), setup)
            box.fill(out)
            return Made(needs: box.needs, isOpenLoop: false, intentsPerGroup: 0)
        }
    }

    @usableFromInline
    init(info: PluginInfo, kind: UInt32, make: @escaping Make) {
        self.info = info
        self.kind = kind
        self.make = make
    }
}

/// An instance's wishes as the contract passes them; whoever runs the instance keeps it alive.
@usableFromInline
final class NeedList {
    let first: UnsafeMutablePointer<rialto_need_t>
    let count: UInt32

    @usableFromInline
    init(_ needs: [Need]) {
        first = .allocate(capacity: needs.count)
        count = UInt32(needs.count)
        for (index, need) in needs.enumerated() { (first + index).initialize(to: need.c) }
    }

    deinit { first.deallocate() }
}
