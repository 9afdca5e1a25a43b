namespace Gyre.Contracts;

/// <summary>Gives out identifiers; injected, so that tests and replays can fix them. Safe for several threads.</summary>
public interface IIdSource
{
    /// <summary>A new identifier of the form <c>prefix_</c> followed by 32 lowercase hexadecimal digits.</summary>
    string NewId(string prefix);
}
