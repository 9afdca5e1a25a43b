namespace Gyre.Models.Architectures;

/// <summary>A network that reads a source once and then writes an answer to it, token by token.</summary>
/// <remarks><see cref="IArchitecture.Forward"/> is the pass of the answer's tokens.</remarks>
internal interface IEncoderDecoderArchitecture : IArchitecture
{
    /// <summary>The pass of the source's tokens, at the end of which the decoder's layers have their keys and values of it.</summary>
    void Encode(IForward forward);
}
