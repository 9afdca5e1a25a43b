using System.CommandLine;

namespace Gyre.Cli;

/// <summary>A command that carries its examples, so that help can show them.</summary>
internal sealed class VerbCommand(string name, string description, IReadOnlyList<string> examples) : Command(name, description)
{
    public IReadOnlyList<string> Examples { get; } = examples;
}
