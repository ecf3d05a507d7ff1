"""Acts outside any case: agreements of clusters, and the rulebook of the guards. Who may do what, as one table.

Two people: what one board member proposes, another one confirms (§4, P1). Nothing here reaches back: a change counts
from the next working day, for requests received then.
"""

from domain.people import Role

LEADERS = (Role.LEADER_1, Role.LEADER_2, Role.LEADER_3)
FRICTION = (
    Role.REQUESTER,
    Role.RISK_OWNER,
    Role.SENDER_DECIDER,
    Role.ADVISER,
    *LEADERS,
    Role.REVIEWER,
)
SERVICES = (Role.SENDER_DECIDER, *LEADERS)

BODY = (Role.REQUESTER, Role.RISK_OWNER, Role.SENDER_DECIDER, *LEADERS, Role.BOARD)

TABLE: dict[str, tuple[Role, ...]] = {
    "prepare_request": (
        Role.REQUESTER,
        Role.ADVISER,
        Role.OPERATOR,
    ),  # for their own team, or to hand over (§8)
    "sign_accession": LEADERS,  # of the body whose team joins
    "give_notice": LEADERS,  # of the body whose team leaves
    "propose_terms": (Role.BOARD,),  # of that cluster
    "confirm_terms": (Role.BOARD,),  # of that cluster, and not who proposed
    "propose_rule": (Role.BOARD,),  # of any cluster
    "confirm_rule": (Role.BOARD,),  # of any cluster, and not who proposed
    "question_block": (Role.REQUESTER, Role.RISK_OWNER),  # of the team whose request was out of scope
    "answer_question": (Role.BOARD,),
    "state_appetite": LEADERS,  # of that body (P8)
    "propose_policy": (Role.BOARD,),  # of any cluster
    "confirm_policy": (Role.BOARD,),  # of any cluster, and not who proposed
    "name_canary": LEADERS,  # of one of the two bodies in the case
    "close_canary": LEADERS,  # of the body that named it
    "set_cover": (
        *LEADERS,
        Role.OPERATOR,
    ),  # of a body in which somebody is away; and whoever is away themselves (P5)
    "end_cover": (*LEADERS, Role.OPERATOR),  # the same
    "name_deputy": (*LEADERS, Role.OPERATOR),  # of that body; and whoever holds the post
    "end_deputy": (*LEADERS, Role.OPERATOR),  # the same, and the deputy
    "appoint": (Role.OPERATOR,),
    "end_post": (Role.OPERATOR,),
    "leave": (Role.OPERATOR,),  # ends whatever somebody holds
    "add_person": (Role.OPERATOR,),
    "end_sessions": (Role.OPERATOR,),  # of anybody; and each of their own (S6)
    "revoke_token": (Role.OPERATOR,),  # the same
    "invite_person": (Role.OPERATOR,),  # to say which account they sign in with (S6)
    "forget_account": (Role.OPERATOR,),
    "add_body": (Role.OPERATOR,),
    "change_body": (Role.OPERATOR,),  # but for its name and its teams: those are changes of government
    "add_team": (Role.OPERATOR,),
    "change_team": (Role.OPERATOR,),
    "change_person": (Role.OPERATOR,),
    "name_contacts": (
        Role.RISK_OWNER,
        Role.SENDER_DECIDER,
        *LEADERS,
        Role.OPERATOR,
    ),  # of that team; leaders of its body (P3)
    "add_holiday": (Role.OPERATOR,),  # running deadlines follow, never earlier (G3)
    "import_directory": (Role.OPERATOR,),
    "moderate_concern": (Role.REGULATOR,),  # before it is published (E)
    "settle_body_task": BODY,  # whoever was asked, or a leader of that body; it belongs to no case
    "tag_friction": FRICTION,  # in a case they work on (P7)
    "propose_change": (Role.OPERATOR,),  # of government: a body is renamed, merged or gives teams away
    "confirm_change": (Role.LEADER_2, Role.LEADER_3),  # of a body concerned, and not who proposed
    "propose_programme": (Role.BOARD,),  # of any cluster (P10)
    "confirm_programme": (Role.BOARD,),  # of any cluster, and not who proposed
    "add_webhook": (*LEADERS, Role.OPERATOR),  # of that body (§9)
    "change_webhook": (*LEADERS, Role.OPERATOR),  # the same: its address, what is sent, pausing and resuming
    "close_webhook": (*LEADERS, Role.OPERATOR),
    "rotate_secret": (*LEADERS, Role.OPERATOR),
    "replay_webhook": (*LEADERS, Role.OPERATOR),
    "test_webhook": (*LEADERS, Role.OPERATOR),
    "add_service": SERVICES,  # deciders of that team, leaders of its body (P3)
    "change_service": SERVICES,  # the same
    "open_service": SERVICES,
    "pause_service": SERVICES,
    "withdraw_service": SERVICES,
    "bind_service": (Role.SENDER_DECIDER,),  # of the team that sends: which service a grant opens (P3)
    "record_bulk_delivery": (Role.SENDER_DECIDER,),  # of the team that sends, after the first delivery (P3)
    "confirm_bulk_delivery": (Role.REQUESTER, Role.RISK_OWNER),  # of the team that receives
    "rotate_key": (Role.OPERATOR,),  # that tokens of grants are signed with (P3)
    "set_x_road_server": (
        Role.OPERATOR,
    ),  # where a body's Security Server is managed: inside its network (P3)
    "switch_x_road": (*LEADERS, Role.OPERATOR),  # of that body: whether rights are applied there
    "name_x_road_subject": (*LEADERS, Role.OPERATOR),  # of the body of that team: which subsystem it is
    "revoke_key": (Role.OPERATOR,),  # the same, where somebody else may have it
}
