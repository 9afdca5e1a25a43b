namespace Gyre.Server.Parameters;

/// <summary>What the server does with a request parameter.</summary>
internal enum ParameterSupport
{
    /// <summary>It does what the OpenAI documentation says.</summary>
    Supported,

    /// <summary>Gyre's own addition.</summary>
    Extension,

    /// <summary>It is checked and accepted, and changes nothing in the answer.</summary>
    Accepted,

    /// <summary>It is known, and refused by name when it is set.</summary>
    Refused,
}
