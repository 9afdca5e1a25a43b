namespace Gyre.Models.Architectures;

/// <summary>A network that reads whole sequences, each token seeing all of its own.</summary>
internal interface IEncoderArchitecture : IArchitecture
{
    /// <summary>Heads of the attention, which all layers have in common.</summary>
    int Heads { get; }

    /// <summary>Width of a head.</summary>
    int HeadWidth { get; }

    /// <summary>Numbers in a row of a result; 0 when the network does not have it.</summary>
    int WidthOf(EncoderOutput output);

    /// <summary>The forward pass, from token ids to a result.</summary>
    Value Forward(IForward forward, EncoderOutput output);
}
