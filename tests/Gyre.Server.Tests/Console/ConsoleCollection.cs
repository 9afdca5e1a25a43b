namespace Gyre.Server.Tests.Console;

/// <summary>Browser tests run one after the other and share one Chromium.</summary>
[CollectionDefinition(Name)]
public sealed class ConsoleCollection : ICollectionFixture<Chromium>
{
    public const string Name = "Console";
}
