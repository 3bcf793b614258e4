<?php
/**
 * Turning the chat of the storefront on: which chat, and for which visitors.
 *
 * @package Tillside
 */

defined( 'ABSPATH' ) || exit;

/**
 * Prints the form.
 *
 * @return void
 */
function tillside_print_chat_form() {
	$mode  = get_option( TILLSIDE_STOREFRONT, 'no' );
	$modes = array(
		'no'  => __( 'No visitor', 'tillside' ),
		'yes' => __( 'Visitors who have consented', 'tillside' ),
		'all' => __( 'Every visitor', 'tillside' ),
	);
	?>
	<h2><?php esc_html_e( 'Chat in your storefront', 'tillside' ); ?></h2>
	<p><?php esc_html_e( 'Set up a chat in Tillside under Settings, Channels, and copy its code. Signed-in customers are known in the chat: their number and e-mail address are sent, signed. Nothing is kept in a visitor’s browser before they open the chat.', 'tillside' ); ?></p>
	<form method="post" action="<?php echo esc_url( admin_url( 'admin-post.php' ) ); ?>">
		<input type="hidden" name="action" value="tillside_chat">
		<?php wp_nonce_field( 'tillside_chat' ); ?>
		<p>
			<label for="tillside-chat-channel"><?php esc_html_e( 'Code of the chat', 'tillside' ); ?></label><br>
			<input type="text" class="regular-text code" id="tillside-chat-channel" name="channel" dir="ltr" autocomplete="off" spellcheck="false" maxlength="100" value="<?php echo esc_attr( get_option( TILLSIDE_CHAT_CHANNEL, '' ) ); ?>">
		</p>
		<p>
			<label for="tillside-chat-mode"><?php esc_html_e( 'Who is offered the chat', 'tillside' ); ?></label><br>
			<select id="tillside-chat-mode" name="mode">
				<?php foreach ( $modes as $value => $label ) : ?>
					<option value="<?php echo esc_attr( $value ); ?>"<?php selected( $mode, $value ); ?>><?php echo esc_html( $label ); ?></option>
				<?php endforeach; ?>
			</select>
		</p>
		<p><button type="submit" class="button"><?php esc_html_e( 'Save', 'tillside' ); ?></button></p>
	</form>
	<?php
}

/**
 * Keeps what the form was sent with.
 *
 * @return void
 */
function tillside_save_chat() {
	check_admin_referer( 'tillside_chat' );
	if ( ! current_user_can( 'manage_woocommerce' ) ) {
		wp_die( esc_html__( 'You are not allowed to change the chat of this store.', 'tillside' ), '', array( 'response' => 403 ) );
	}
	$channel = isset( $_POST['channel'] ) ? sanitize_text_field( wp_unslash( $_POST['channel'] ) ) : '';
	$mode    = isset( $_POST['mode'] ) ? sanitize_key( wp_unslash( $_POST['mode'] ) ) : 'no';
	$told    = 'tillside_chat_code';
	if ( 'no' === $mode || tillside_is_chat_channel( $channel ) ) {
		update_option( TILLSIDE_CHAT_CHANNEL, tillside_is_chat_channel( $channel ) ? $channel : '' );
		update_option( TILLSIDE_STOREFRONT, in_array( $mode, array( 'yes', 'all' ), true ) ? $mode : 'no' );
		$told = 'chat_saved';
	}
	wp_safe_redirect( add_query_arg( 'tillside_told', $told, tillside_page_url() ) );
	exit;
}
