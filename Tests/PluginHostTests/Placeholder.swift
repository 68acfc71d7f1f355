import Testing

@Suite struct `PluginHost` {}
